import { useEffect } from 'preact/hooks'
import { instantInWords } from '../days.ts'
import { Problems } from '../parts/form.tsx'
import { Heading } from '../parts/frame.tsx'
import { useVisit } from '../visit.ts'

/** 受領証, readable, without digits: at the end, and for who opens the link again. */
export const Done = () => {
  const { words, language, receipt, fresh, session, framed, go, fetchReceipt, saveReceipt } = useVisit()
  useEffect(() => {
    if (receipt === undefined) void fetchReceipt()
  }, [])
  const { redirectUrl } = session
  return (
    <>
      <Heading>{fresh ? words.done.heading : words.done.already}</Heading>
      <p class="lead">{fresh ? words.done.lead : words.done.alreadyLead}</p>
      <Problems />
      {receipt !== undefined && (
        <section class="card receipt" aria-labelledby="receipt-title">
          <h2 id="receipt-title">{words.done.receipt}</h2>
          <dl class="facts">
            <dt>{words.notice.asker}</dt>
            <dd>{receipt.companyName}</dd>
            <dt>{words.done.submitted}</dt>
            <dd>{instantInWords(receipt.submittedAt, language)}</dd>
            {receipt.purposes !== undefined && receipt.purposes.length > 0 && (
              <>
                <dt>{words.done.purposes}</dt>
                <dd>
                  {receipt.purposes.map((purpose) => words.purposes[purpose]).join(language === 'ja' ? '、' : '; ')}
                </dd>
              </>
            )}
            <dt>{words.done.id}</dt>
            <dd class="id">{receipt.requestId}</dd>
            <dt>{words.done.records}</dt>
            <dd>{words.done.recordsOf(receipt.entryIds.length)}</dd>
          </dl>
          <details>
            <summary>{words.done.lines}</summary>
            <ol class="lines" lang="ja">
              {receipt.lines.map(({ entryId, at, functionName, name }) => (
                <li key={entryId}>
                  {functionName}
                  {name === undefined ? '' : `（${name}）`}
                  <span class="hint"> {instantInWords(at, language)}</span>
                </li>
              ))}
            </ol>
          </details>
          <details>
            <summary>{words.done.proof}</summary>
            <p class="hint">{words.done.proofText}</p>
            <p class="proof">{receipt.receipt}</p>
          </details>
          <div class="pickers">
            <button type="button" class="second" onClick={() => void saveReceipt()}>
              {words.done.file}
            </button>
            <button type="button" class="second" onClick={() => window.print()}>
              {words.done.print}
            </button>
          </div>
        </section>
      )}
      <div class="actions">
        {redirectUrl !== undefined && !framed && (
          <a class="main" href={redirectUrl} rel="noreferrer">
            {words.done.back}
          </a>
        )}
        {session.factor.kind !== 'none' && (
          <button type="button" class="second" onClick={() => go({ name: 'status' })}>
            {words.done.status}
          </button>
        )}
      </div>
    </>
  )
}
