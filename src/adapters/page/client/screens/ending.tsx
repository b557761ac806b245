import { useState } from 'preact/hooks'
import type { DependentEndingReason } from '../contract.ts'
import { dayOf, noDay } from '../days.ts'
import { ChoiceField, DayField, judgeDay } from '../parts/fields.tsx'
import { type FieldError, Form, Problems } from '../parts/form.tsx'
import { Back, Heading } from '../parts/frame.tsx'
import { useVisit } from '../visit.ts'

/** In the order in which they are read. */
const endingReasons: readonly DependentEndingReason[] = [
  'employed',
  'married',
  'divorced',
  'died',
  'other_supporter',
  'not_dependent',
  'other',
]
const firstReason = `ending-${endingReasons[0]}`
/** Years back that are offered: what ended before was not asked for here. */
const yearsBack = 10

/** Added here by mistake: out it goes, and its number with it. */
const TakeOut = ({ itsKey, name }: { itsKey: string; name: string }) => {
  const { words, busy, act, drafts, go } = useVisit()
  const takeOut = async (): Promise<void> => {
    if ((await act((api) => api.removeDependent(itsKey))) === undefined) return
    drafts.drop(itsKey)
    go({ name: 'dependents' })
  }
  return (
    <>
      <Heading>{words.dependents.removeHeading(name)}</Heading>
      <Problems />
      <p class="lead">{words.dependents.removeLead}</p>
      <div class="actions">
        <button type="button" class="main" aria-disabled={busy} onClick={() => !busy && void takeOut()}>
          {busy ? words.busy : words.dependents.removeDo}
        </button>
        <Back />
      </div>
    </>
  )
}

/** 扶養から外れた: the company is told and decides; nothing is deleted here. */
const End = ({ itsKey, name }: { itsKey: string; name: string }) => {
  const { words, api, act, go } = useVisit()
  const [reason, setReason] = useState<DependentEndingReason>()
  const [ended, setEnded] = useState(noDay)
  const judge = (): FieldError[] => [
    ...(reason === undefined ? [{ field: firstReason, text: words.dependents.endReasonNeeded }] : []),
    ...judgeDay(words, 'ended', words.dependents.endedOn, ended, api.now()),
  ]
  const send = async (): Promise<void> => {
    if (reason === undefined) return
    const endedOn = dayOf(ended) ?? undefined
    const wish = { reason, ...(endedOn === undefined ? {} : { endedOn }) }
    if ((await act((asked) => asked.endDependent(itsKey, wish))) !== undefined) go({ name: 'dependents' })
  }
  return (
    <>
      <Heading>{words.dependents.endHeading(name)}</Heading>
      <p class="lead">{words.dependents.endLead}</p>
      <Form judge={judge} send={send} submit={words.dependents.endDo} beside={<Back />}>
        {(errorOf) => (
          <>
            <ChoiceField
              id="ending"
              legend={words.dependents.endReason}
              options={endingReasons}
              wordsOf={words.dependents.endReasons}
              value={reason}
              set={setReason}
              error={errorOf(firstReason)}
            />
            <DayField
              id="ended"
              legend={words.dependents.endedOn}
              value={ended}
              set={setEnded}
              fromYear={api.now().getFullYear() - yearsBack}
              newestFirst
              error={errorOf('ended-year')}
            />
          </>
        )}
      </Form>
    </>
  )
}

/** Who is no dependent, or no longer. */
export const Ending = ({ of: itsKey }: { of: string }) => {
  const { session } = useVisit()
  const known = session.dependents.find(({ key }) => key === itsKey)
  if (known === undefined) return null
  const { name } = known
  return known.addedHere ? <TakeOut itsKey={itsKey} name={name} /> : <End itsKey={itsKey} name={name} />
}
