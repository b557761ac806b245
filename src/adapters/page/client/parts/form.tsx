import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { sentenceAt, sentenceOf } from '../problems.ts'
import { useVisit } from '../visit.ts'

/** A field by its id, and what to do about it. */
export type FieldError = { field: string; text: string }

export const focusOn = (id: string): void => {
  const field = document.getElementById(id)
  field?.focus()
  field?.scrollIntoView({ block: 'center' })
}

/** What is wrong, in one place above the form; it takes the focus, and each line leads to its field. */
const Summary = ({ errors, attempt }: { errors: readonly FieldError[]; attempt: number }) => {
  const { words, problem } = useVisit()
  const box = useRef<HTMLDivElement>(null)
  const shown = errors.length > 0 || problem !== undefined
  useEffect(() => {
    if (!shown) return
    box.current?.focus({ preventScroll: true })
    box.current?.scrollIntoView({ block: 'start' })
  }, [shown, attempt, problem])
  if (!shown) return null
  return (
    <div class="summary" ref={box} tabIndex={-1} role="alert" aria-labelledby="summary-heading">
      <h2 id="summary-heading">{errors.length > 0 ? words.summary(errors.length) : sentenceOf(words, problem)}</h2>
      {errors.length > 0 && (
        <ul>
          {errors.map(({ field, text }) => (
            <li key={field}>
              <button type="button" class="link" onClick={() => focusOn(field)}>
                {text}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** For screens without a form. */
export const Problems = () => <Summary errors={[]} attempt={0} />

type FormProps = {
  /** What is wrong now; nothing is sent before it is put right. */
  judge: () => FieldError[]
  send: () => Promise<void> | void
  submit: string
  children: (errorOf: (field: string) => string | undefined) => ComponentChildren
  beside?: ComponentChildren
  /** Which field the service means by a pointer: its refusal then stands there too. */
  fields?: Record<string, string>
}

export const Form = ({ judge, send, submit, children, beside, fields = {} }: FormProps) => {
  const { words, busy, problem } = useVisit()
  const [errors, setErrors] = useState<FieldError[]>([])
  const [attempt, setAttempt] = useState(0)
  const onSubmit = (event: Event): void => {
    event.preventDefault()
    if (busy) return
    const found = judge()
    setErrors(found)
    setAttempt(attempt + 1)
    if (found.length === 0) void send()
  }
  // What was put right is no longer shown as wrong, and what is wrong otherwise says so; new errors wait for the next attempt.
  const judged = errors.length === 0 ? [] : judge()
  const standing = errors.flatMap(({ field }) => judged.filter((now) => now.field === field))
  const refused = (problem?.places ?? []).flatMap((place) => {
    const field = fields[place.pointer ?? '']
    return field === undefined ? [] : [{ field, text: sentenceAt(words, place) }]
  })
  const shown = standing.length > 0 ? standing : refused
  return (
    <form noValidate autocomplete="off" onSubmit={onSubmit}>
      <Summary errors={shown} attempt={attempt} />
      {children((field) => shown.find((error) => error.field === field)?.text)}
      <div class="actions">
        <button type="submit" class="main" aria-disabled={busy}>
          {busy ? words.busy : submit}
        </button>
        {beside}
      </div>
    </form>
  )
}
