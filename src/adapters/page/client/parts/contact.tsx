import type { Session } from '../contract.ts'
import { useVisit } from '../visit.ts'

/** Whom one can ask, in the organization's own words. */
export const Contact = ({ contact }: { contact: Session['contact'] }) => {
  const { words } = useVisit()
  const { text, phone, address } = contact
  if (text === undefined && phone === undefined && address === undefined) return null
  return (
    <>
      <dt>{words.notice.contact}</dt>
      <dd class="text">
        {text}
        {phone !== undefined && (
          <>
            {text !== undefined && '\n'}
            {words.notice.phone} <a href={`tel:${phone.replace(/[^+\d]/g, '')}`}>{phone}</a>
          </>
        )}
        {address !== undefined &&
          `${text === undefined && phone === undefined ? '' : '\n'}${words.notice.address} ${address}`}
      </dd>
    </>
  )
}
