import { useState } from 'preact/hooks'
import { inFours } from '../digits.ts'
import type { Draft } from '../drafts.ts'
import { useVisit } from '../visit.ts'
import { DayField, NumberField } from './fields.tsx'
import { focusOn } from './form.tsx'
import { Scan } from './scan.tsx'

/** 個人番号 have been given out since October 2015 (番号法附則). */
const firstYear = 2015

type Props = {
  id: string
  draft: Draft
  change: (part: Partial<Draft>) => void
  optional: boolean
  errorOf: (field: string) => string | undefined
}
/** A number, typed or read from the card's QR code, and its date of issue. */
export const NumberEntry = ({ id, draft, change, optional, errorOf }: Props) => {
  const { words } = useVisit()
  const [scanning, setScanning] = useState(false)
  const [filled, setFilled] = useState(false)
  const take = (digits: string): void => {
    change({ number: inFours(digits) })
    setScanning(false)
    setFilled(true)
    setTimeout(() => focusOn(id))
  }
  return (
    <>
      <NumberField
        id={id}
        label={words.number.label}
        hint={words.number.hint}
        value={draft.number}
        set={(number) => {
          setFilled(false)
          change({ number })
        }}
        optional={optional}
        error={errorOf(id)}
      >
        <p role="status" class="good" hidden={!filled}>
          {filled ? words.scanner.filled : ''}
        </p>
        {scanning ? (
          <Scan
            take={take}
            close={() => {
              setScanning(false)
              setTimeout(() => focusOn(`${id}-scan`))
            }}
          />
        ) : (
          <button type="button" class="second" id={`${id}-scan`} onClick={() => setScanning(true)}>
            {words.number.scan}
          </button>
        )}
      </NumberField>
      <DayField
        id={`${id}-issued`}
        legend={words.number.issued}
        hint={words.number.issuedHint}
        value={draft.issued}
        set={(issued) => change({ issued })}
        fromYear={firstYear}
        error={errorOf(`${id}-issued-year`)}
      />
    </>
  )
}
