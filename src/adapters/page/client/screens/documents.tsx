import { own } from '../drafts.ts'
import { shownDocuments } from '../evidence.ts'
import { DocumentField } from '../parts/document-field.tsx'
import { Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { Returned } from '../parts/returned.tsx'
import { useVisit } from '../visit.ts'

/** 確認書類: one part for each proof that the request demands. */
export const Documents = () => {
  const { words, session, next } = useVisit()
  const nameOf = (key: string): string | undefined =>
    session.dependents.find((dependent) => dependent.key === key)?.name
  /** Whose it is stands beside it where it could be another's. */
  const judge = () =>
    shownDocuments(session).flatMap((document) => {
      const missing = session.missingDocuments.filter((each) => each.document === document)
      if (missing.length === 0) return []
      const names = missing.map(({ subjectKey }) => nameOf(subjectKey) ?? words.look.you).join(words.documents.and)
      const what = words.documents.needed[document]
      const onlyOwn = missing.every(({ subjectKey }) => subjectKey === own)
      return [
        {
          field: `${document}-kind`,
          text: words.documents.missing(onlyOwn ? what : words.documents.whose(what, names)),
        },
      ]
    })
  return (
    <>
      <Heading>{words.documents.heading}</Heading>
      <Returned />
      <p class="lead">{words.documents.lead}</p>
      <p class="hint">{words.documents.onPaper}</p>
      <Form judge={judge} send={() => next('documents')} submit={words.next}>
        {(errorOf) =>
          shownDocuments(session).map((document) => (
            <DocumentField key={document} document={document} error={errorOf(`${document}-kind`)} />
          ))
        }
      </Form>
      <WayOut />
    </>
  )
}
