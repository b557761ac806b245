import type { NumberChange } from '../contract.ts'
import { useVisit } from '../visit.ts'

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
    <fieldset
      class={error === undefined ? 'field' : 'field wrong'}
      aria-describedby={error === undefined ? undefined : `${id}-error`}
    >
      <legend>
        {words.number.why} <span class="mark needed">{words.required}</span>
      </legend>
      {error !== undefined && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {(['correction', 'reissue'] as const).map((each) => (
        <label class="tick" key={each} for={`${id}-${each}`}>
          <input id={`${id}-${each}`} type="radio" name={id} checked={value === each} onChange={() => set(each)} />
          <span>{words.number[each]}</span>
        </label>
      ))}
    </fieldset>
  )
}
