import { own } from '../drafts.ts'
import { useVisit } from '../visit.ts'

/** 差戻し: what to put right, person by person. It stands on every step until all is submitted again. */
export const Returned = () => {
  const { words, session } = useVisit()
  if (session.return === undefined) return null
  const nameOf = (key: string): string =>
    key === own ? words.look.you : (session.dependents.find((dependent) => dependent.key === key)?.name ?? '')
  return (
    <section class="returned" aria-labelledby="returned-heading">
      <h2 id="returned-heading">{words.returned.heading}</h2>
      <ul>
        {session.return.items.map(({ key, reason, remark }, at) => (
          <li key={at}>
            <b>{nameOf(key)}</b> {words.returned.reasons[reason]}
            {remark !== undefined && <p class="text">{remark}</p>}
          </li>
        ))}
      </ul>
      {session.return.remark !== undefined && (
        <p class="text">
          {words.returned.remark}
          {'\n'}
          {session.return.remark}
        </p>
      )}
    </section>
  )
}
