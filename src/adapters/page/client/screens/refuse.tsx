import { useState } from 'preact/hooks'
import type { RefusalReason } from '../contract.ts'
import { ChoiceField, TextField } from '../parts/fields.tsx'
import { Form, Problems } from '../parts/form.tsx'
import { Back, Heading } from '../parts/frame.tsx'
import { useVisit } from '../visit.ts'

/** In the order in which they are read. */
const refusalReasons: readonly RefusalReason[] = [
  'no_consent',
  'privacy_concern',
  'safety_concern',
  'no_documents',
  'number_unknown',
  'other',
  'no_reason_given',
]

const firstReason = `reason-${refusalReasons[0]}`

/** 提供拒否(不同意), with the reason in the person's own choice. */
export const Refuse = () => {
  const { words, refuse } = useVisit()
  const [reason, setReason] = useState<RefusalReason>()
  const [remark, setRemark] = useState('')
  const judge = () => (reason === undefined ? [{ field: firstReason, text: words.refuse.reasonNeeded }] : [])
  const send = async (): Promise<void> => {
    if (reason !== undefined) await refuse(reason, remark.trim() === '' ? undefined : remark.trim())
  }
  return (
    <>
      <Heading>{words.refuse.heading}</Heading>
      <p class="lead">{words.refuse.lead}</p>
      <Form judge={judge} send={send} submit={words.refuse.submit} beside={<Back />}>
        {(errorOf) => (
          <>
            <ChoiceField
              id="reason"
              legend={words.refuse.reason}
              options={refusalReasons}
              wordsOf={words.refuse.reasons}
              value={reason}
              set={setReason}
              error={errorOf(firstReason)}
            />
            <TextField
              id="remark"
              label={words.refuse.remark}
              value={remark}
              set={setRemark}
              optional
              most={500}
              error={errorOf('remark')}
            />
          </>
        )}
      </Form>
    </>
  )
}

/** It was said, and may be taken back (不同意の撤回). */
export const Refused = () => {
  const { words, session, busy, act, proceed } = useVisit()
  const takeBack = async (): Promise<void> => {
    const view = await act((api) => api.takeBack())
    if (view !== undefined) proceed(view)
  }
  return (
    <>
      <Heading>{words.refuse.done}</Heading>
      <p class="lead">{words.refuse.doneText}</p>
      <Problems />
      {session.kind === 'collect' && (
        <div class="actions">
          <button type="button" class="second" aria-disabled={busy} onClick={() => !busy && void takeBack()}>
            {words.refuse.takeBack}
          </button>
        </div>
      )}
    </>
  )
}
