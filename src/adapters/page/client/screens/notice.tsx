import { dayInWords } from '../days.ts'
import { Contact } from '../parts/contact.tsx'
import { Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { Returned } from '../parts/returned.tsx'
import { useVisit } from '../visit.ts'

/** Who asks and why, before anything is asked (個人情報保護法21条2項). */
export const Notice = () => {
  const { words, language, session, act, next } = useVisit()
  const { notice, companyName, organizationName, contact, dueOn } = session
  const agree = async (): Promise<void> => {
    if (notice === undefined || session.noticeAccepted === true) return next('notice')
    const view = await act((api) => api.acceptNotice(notice.id))
    if (view !== undefined) next('notice', view)
  }
  return (
    <>
      <Heading>{words.notice.heading(companyName)}</Heading>
      {dueOn !== undefined && <p class="due">{words.notice.due(dayInWords(dueOn, language))}</p>}
      <Returned />
      <Form judge={() => []} send={agree} submit={words.notice.agree}>
        {() => (
          <>
            <p class="lead">{words.notice.lead}</p>
            <h2>{words.notice.purposes}</h2>
            <ul class="purposes">
              {notice?.purposes.map((purpose) => (
                <li key={purpose}>{words.purposes[purpose]}</li>
              ))}
            </ul>
            <section class="card" aria-labelledby="notice-title">
              <h2 id="notice-title">{notice?.title}</h2>
              <p class="text">{notice?.text}</p>
            </section>
            <dl class="facts">
              <dt>{words.notice.asker}</dt>
              <dd>{companyName}</dd>
              {organizationName !== companyName && (
                <>
                  <dt>{words.notice.organization}</dt>
                  <dd>{organizationName}</dd>
                </>
              )}
              <Contact contact={contact} />
            </dl>
          </>
        )}
      </Form>
      <WayOut first />
    </>
  )
}
