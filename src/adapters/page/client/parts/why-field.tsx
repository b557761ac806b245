import type { NumberChange } from '../contract.ts'
import { useVisit } from '../visit.ts'
import { ChoiceField } from './fields.tsx'

type Props = {
  id: string
  value: NumberChange | undefined
  set: (value: NumberChange) => void
  error: string | undefined
}
/** 修正 destroys the wrong digits at once; with a 再発行 the old number lives on where it must still be kept. So it is asked. */
export const WhyField = ({ id, value, set, error }: Props) => {
  const { words } = useVisit()
  return (
    <ChoiceField
      id={id}
      legend={words.number.why}
      options={['correction', 'reissue']}
      wordsOf={words.number}
      value={value}
      set={set}
      error={error}
    />
  )
}
