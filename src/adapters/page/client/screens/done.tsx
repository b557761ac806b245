import { instantInWords } from '../days.ts'
import { Heading } from '../parts/frame.tsx'
import { useVisit } from '../visit.ts'

/** 受領証, readable, without digits. */
export const Done = () => {
  const { words, language, receipt, session } = useVisit()
  return (
    <main>
      <Heading>{words.done.heading}</Heading>
      <p class="lead">{words.done.lead}</p>
      {receipt !== undefined && (
        <section class="card receipt" aria-labelledby="receipt-title">
          <h2 id="receipt-title">{words.done.receipt}</h2>
          <dl class="facts">
            <dt>{words.notice.asker}</dt>
            <dd>{session.companyName}</dd>
            <dt>{words.done.submitted}</dt>
            <dd>{instantInWords(receipt.submittedAt, language)}</dd>
            <dt>{words.done.id}</dt>
            <dd class="id">{receipt.requestId}</dd>
            <dt>{words.done.records}</dt>
            <dd>{words.done.recordsOf(receipt.entryIds.length)}</dd>
          </dl>
          <details>
            <summary>{words.done.proof}</summary>
            <p class="hint">{words.done.proofText}</p>
            <p class="proof">{receipt.receipt}</p>
          </details>
          <button type="button" class="second" onClick={() => window.print()}>
            {words.done.keep}
          </button>
        </section>
      )}
    </main>
  )
}
