import type { ComponentChildren } from 'preact'
import { type DayChoice, dayInWords, dayOf, today, yearInEra } from '../days.ts'
import { inFours, readDigits } from '../digits.ts'
import { useVisit } from '../visit.ts'
import type { FieldError } from './form.tsx'

const ids = (id: string, hint: unknown, error: string | undefined): string | undefined =>
  [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].filter(Boolean).join(' ') ||
  undefined

export const Mark = ({ optional }: { optional: boolean }) => {
  const { words } = useVisit()
  return <span class={optional ? 'mark' : 'mark needed'}>{optional ? words.optional : words.required}</span>
}

export const ErrorLine = ({ id, error }: { id: string; error: string | undefined }) =>
  error === undefined ? null : (
    <p class="error" id={`${id}-error`}>
      {error}
    </p>
  )

type TextProps = {
  id: string
  label: string
  value: string
  set: (value: string) => void
  hint?: string
  optional?: boolean
  error: string | undefined
  most: number
  /** What the browser may fill in of the person themselves (WCAG 1.3.5), and which keys a phone shows. */
  autocomplete?: string
  inputMode?: 'tel' | 'email' | 'numeric'
}
export const TextField = ({
  id,
  label,
  value,
  set,
  hint,
  optional = false,
  error,
  most,
  autocomplete = 'off',
  inputMode,
}: TextProps) => (
  <div class={error === undefined ? 'field' : 'field wrong'}>
    <label for={id}>
      {label} <Mark optional={optional} />
    </label>
    {hint !== undefined && (
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
    <ErrorLine id={id} error={error} />
    <input
      id={id}
      type="text"
      value={value}
      maxLength={most}
      autocomplete={autocomplete}
      inputMode={inputMode}
      aria-required={!optional}
      aria-invalid={error !== undefined}
      aria-describedby={ids(id, hint, error)}
      onInput={(event) => set(event.currentTarget.value)}
    />
  </div>
)

type ChoiceProps<T extends string> = {
  id: string
  legend: string
  options: readonly T[]
  wordsOf: Record<T, string>
  value: T | undefined
  set: (value: T) => void
  error: string | undefined
}
/** One of a few, which has to be chosen. An error leads to the first of them. */
export const ChoiceField = <T extends string>({ id, legend, options, wordsOf, value, set, error }: ChoiceProps<T>) => (
  <fieldset
    class={error === undefined ? 'field' : 'field wrong'}
    aria-describedby={error === undefined ? undefined : `${id}-error`}
  >
    <legend>
      {legend} <Mark optional={false} />
    </legend>
    <ErrorLine id={id} error={error} />
    {options.map((each) => (
      <label class="tick" key={each} for={`${id}-${each}`}>
        <input id={`${id}-${each}`} type="radio" name={id} checked={value === each} onChange={() => set(each)} />
        <span>{wordsOf[each]}</span>
      </label>
    ))}
  </fieldset>
)

/** What a form says of a number that is not right yet. */
export const judgeNumber = (
  words: ReturnType<typeof useVisit>['words'],
  field: string,
  text: string,
  optional: boolean,
): FieldError[] => {
  const reading = readDigits(text)
  const { digits } = words
  switch (reading.state) {
    case 'empty':
      return optional ? [] : [{ field, text: digits.needed }]
    case 'short':
    case 'long':
      return [{ field, text: digits.shortError(reading.count) }]
    case 'stray':
      return [{ field, text: digits.strayError }]
    case 'wrong':
      return [{ field, text: digits.wrongError }]
    case 'right':
      return []
  }
}

/**
 * Whole numbers stand in fours as on the card. While one types at the end, and never when the field loses the focus: a value
 * set at that moment makes Chromium scroll back to the field, and the press that took the focus lands elsewhere.
 */
const inGroups = ({ value, selectionStart }: HTMLInputElement, isComposing: boolean): string => {
  const reading = readDigits(value)
  return reading.state === 'right' && !isComposing && selectionStart === value.length ? inFours(reading.digits) : value
}

type NumberProps = {
  id: string
  label: string
  value: string
  set: (value: string) => void
  hint: string
  optional?: boolean
  error: string | undefined
  children?: ComponentChildren
}
/** Says while one types whether the digits can be right: the check digit, in words. */
export const NumberField = ({ id, label, value, set, hint, optional = false, error, children }: NumberProps) => {
  const { words } = useVisit()
  const reading = readDigits(value)
  const { digits } = words
  const counting =
    reading.state === 'short' ? digits.short(reading.count) : reading.state === 'long' ? digits.long(reading.count) : ''
  const verdict =
    reading.state === 'stray'
      ? digits.stray
      : reading.state === 'wrong'
        ? digits.wrong
        : reading.state === 'right'
          ? digits.right
          : ''
  return (
    <div class={error === undefined ? 'field' : 'field wrong'}>
      <label for={id}>
        {label} <Mark optional={optional} />
      </label>
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <ErrorLine id={id} error={error} />
      <input
        id={id}
        class="number"
        type="text"
        inputMode="numeric"
        value={value}
        maxLength={40}
        autocomplete="off"
        autocorrect="off"
        spellcheck={false}
        aria-required={!optional}
        aria-invalid={error !== undefined}
        aria-describedby={`${ids(id, hint, error)} ${id}-state`}
        onInput={(event) => set(inGroups(event.currentTarget, event.isComposing))}
        onCompositionEnd={(event) => set(inGroups(event.currentTarget, false))}
      />
      <div class="state" id={`${id}-state`}>
        {/* Counted silently: read out at every key it would only be in the way. */}
        {counting !== '' && <p>{counting}</p>}
        <p role="status" class={reading.state === 'right' ? 'good' : 'bad'} hidden={verdict === ''}>
          {verdict}
        </p>
      </div>
      {children}
    </div>
  )
}

/** What a form says of a day. */
export const judgeDay = (
  words: ReturnType<typeof useVisit>['words'],
  field: string,
  what: string,
  choice: DayChoice,
  now: Date,
): FieldError[] => {
  const day = dayOf(choice)
  const at = (text: string): FieldError[] => [{ field: `${field}-year`, text }]
  if (day === undefined) return []
  if (day === null) return at(Object.values(choice).includes('') ? words.day.wrong(what) : words.day.none(what))
  return day > today(now) ? at(words.day.future(what)) : []
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

type DayProps = {
  id: string
  legend: string
  hint?: string
  value: DayChoice
  set: (value: DayChoice) => void
  fromYear: number
  newestFirst?: boolean
  optional?: boolean
  error: string | undefined
}
/** Three choices instead of a calendar: years stand there in 西暦 and 和暦, and nothing has to be typed. */
export const DayField = ({
  id,
  legend,
  hint,
  value,
  set,
  fromYear,
  newestFirst = false,
  optional = true,
  error,
}: DayProps) => {
  const { words, language, api } = useVisit()
  const years = range(fromYear, Number(today(api.now()).slice(0, 4)))
  const day = dayOf(value)
  const select = (part: keyof DayChoice, label: string, options: [number, string][]) => (
    <div class="choice">
      <label for={`${id}-${part}`}>{label}</label>
      <select
        id={`${id}-${part}`}
        value={value[part]}
        aria-invalid={error !== undefined}
        aria-describedby={part === 'year' ? ids(id, hint, error) : undefined}
        onChange={(event) => set({ ...value, [part]: event.currentTarget.value })}
      >
        <option value="">{words.day.choose}</option>
        {options.map(([number, text]) => (
          <option key={number} value={String(number)}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
  return (
    <fieldset class={error === undefined ? 'field' : 'field wrong'}>
      <legend>
        {legend} <Mark optional={optional} />
      </legend>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <ErrorLine id={id} error={error} />
      <div class="day">
        {select(
          'year',
          words.day.year,
          (newestFirst ? years.reverse() : years).map((year) => [year, words.day.yearOf(year, yearInEra(year))]),
        )}
        {select(
          'month',
          words.day.month,
          range(1, 12).map((month) => [month, words.day.monthOf(month)]),
        )}
        {select(
          'day',
          words.day.day,
          range(1, 31).map((date) => [date, words.day.dayOf(date)]),
        )}
      </div>
      {typeof day === 'string' && <p class="chosen">{dayInWords(day, language)}</p>}
    </fieldset>
  )
}
