import { missingDocuments } from '../evidence.ts'
import { DocumentField } from '../parts/document-field.tsx'
import { Form } from '../parts/form.tsx'
import { Heading, WayOut } from '../parts/frame.tsx'
import { Returned } from '../parts/returned.tsx'
import { useVisit } from '../visit.ts'

/** 確認書類: one part for each proof that the request demands. */
export const Documents = () => {
  const { words, session, next } = useVisit()
  const judge = () =>
    missingDocuments(session).map((document) => ({
      field: `${document}-kind`,
      text: words.documents.missing(words.documents.needed[document]),
    }))
  return (
    <>
      <Heading>{words.documents.heading}</Heading>
      <Returned />
      <p class="lead">{words.documents.lead}</p>
      <Form judge={judge} send={() => next('documents')} submit={words.next}>
        {(errorOf) =>
          session.documents.map((document) => (
            <DocumentField key={document} document={document} error={errorOf(`${document}-kind`)} />
          ))
        }
      </Form>
      <WayOut />
    </>
  )
}
