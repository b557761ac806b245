import { choiceOf, dayOf, oldestBirth } from '../days.ts'
import { readDigits } from '../digits.ts'
import { DayField, judgeDay, judgeNumber, TextField } from '../parts/fields.tsx'
import { type FieldError, Form } from '../parts/form.tsx'
import { Heading } from '../parts/frame.tsx'
import { NumberEntry } from '../parts/number-entry.tsx'
import { joinRelationship, RelationshipField, splitRelationship } from '../parts/relationship.tsx'
import { Returned } from '../parts/returned.tsx'
import { useDraft } from '../parts/use-draft.ts'
import { WhyField } from '../parts/why-field.tsx'
import { useVisit } from '../visit.ts'

const fields = {
  '/name': 'name',
  '/kana': 'kana',
  '/relationship': 'relationship',
  '/birthOn': 'birth-year',
  '/number': 'number',
  '/numberJwe': 'number',
  '/issuedOn': 'number-issued-year',
}

/** One of the family: added, or corrected, by the employee. */
export const Dependent = ({ of: itsKey }: { of: string }) => {
  const { words, session, opened, api, act, go, drafts } = useVisit()
  const known = session.dependents.find(({ key }) => key === itsKey)
  const { draft, change } = useDraft(itsKey, {
    name: known?.name ?? '',
    kana: known?.kana ?? '',
    birth: choiceOf(known?.birthOn),
    ...splitRelationship(known?.relationship ?? ''),
    issued: choiceOf(known?.number?.issuedOn),
  })
  const relationship = joinRelationship(draft.relationship, draft.relationshipOther)
  const list = { name: 'dependents' } as const
  const asksWhy =
    session.kind === 'change' && known?.number !== undefined && draft.sent === undefined && draft.number !== ''

  const judge = (): FieldError[] => {
    const needed: FieldError[] = []
    if (draft.name.trim() === '') needed.push({ field: 'name', text: words.dependents.nameNeeded })
    if (relationship === '')
      needed.push({
        field: draft.relationship === '' ? 'relationship' : 'relationship-other',
        text: words.dependents.relationshipNeeded,
      })
    return [
      ...needed,
      ...judgeDay(words, 'birth', words.dependents.birth, draft.birth, api.now()),
      ...(asksWhy && draft.why === undefined ? [{ field: 'why-correction', text: words.number.whyNeeded }] : []),
      ...judgeNumber(words, 'number', draft.number, true),
      ...judgeDay(words, 'number-issued', words.number.issued, draft.issued, api.now()),
    ]
  }

  const send = async (): Promise<void> => {
    const reading = readDigits(draft.number)
    const digits = reading.state === 'right' ? reading.digits : undefined
    const [birthOn, issuedOn] = [dayOf(draft.birth) ?? undefined, dayOf(draft.issued) ?? undefined]
    const fresh = digits !== undefined && (digits !== draft.sent || issuedOn !== known?.number?.issuedOn)
    const rest = {
      name: draft.name.trim(),
      relationship,
      ...(draft.kana.trim() === '' ? {} : { kana: draft.kana.trim() }),
      ...(birthOn === undefined ? {} : { birthOn }),
      ...(fresh && issuedOn !== undefined ? { issuedOn } : {}),
      ...(fresh && asksWhy && draft.why !== undefined ? { change: draft.why } : {}),
    }
    // Who has an id is named by it; a new one by the session and our own key.
    const address = { aud: opened.organizationId, sub: known?.subjectId ?? `${opened.id}/${itsKey}` }
    if ((await act(() => api.setDependent(itsKey, fresh ? digits : undefined, address, rest))) === undefined) return
    if (digits !== undefined) change({ sent: digits })
    go(list)
  }

  return (
    <>
      <Heading>{known === undefined ? words.dependents.headingNew : words.dependents.headingOf(known.name)}</Heading>
      <Returned />
      <Form
        judge={judge}
        send={send}
        submit={words.dependents.save}
        fields={fields}
        beside={
          <button
            type="button"
            class="second"
            onClick={() => {
              if (known === undefined) drafts.drop(itsKey)
              go(list)
            }}
          >
            {words.cancel}
          </button>
        }
      >
        {(errorOf) => (
          <>
            <TextField
              id="name"
              label={words.dependents.name}
              hint={words.dependents.nameHint}
              value={draft.name}
              set={(name) => change({ name })}
              most={60}
              error={errorOf('name')}
            />
            <TextField
              id="kana"
              label={words.dependents.kana}
              value={draft.kana}
              set={(kana) => change({ kana })}
              optional
              most={100}
              error={errorOf('kana')}
            />
            <RelationshipField
              id="relationship"
              relationship={draft.relationship}
              relationshipOther={draft.relationshipOther}
              change={change}
              errorOf={errorOf}
            />
            <DayField
              id="birth"
              legend={words.dependents.birth}
              value={draft.birth}
              set={(birth) => change({ birth })}
              fromYear={oldestBirth}
              newestFirst
              error={errorOf('birth-year')}
            />
            <p class="hint">
              {known?.number === undefined ? words.dependents.numberLater : words.number.held(known.number.masked)}
            </p>
            {asksWhy && (
              <WhyField id="why" value={draft.why} set={(why) => change({ why })} error={errorOf('why-correction')} />
            )}
            <NumberEntry id="number" draft={draft} change={change} optional errorOf={errorOf} />
          </>
        )}
      </Form>
      {known !== undefined && (
        <p class="way-out">
          <button type="button" class="link" onClick={() => go({ name: 'ending', key: itsKey })}>
            {known.addedHere ? words.dependents.remove : words.dependents.end}
          </button>
        </p>
      )}
    </>
  )
}
