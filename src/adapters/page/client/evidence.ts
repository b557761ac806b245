import type { EvidenceKind, NeededDocument, Session } from './contract.ts'

/** Which papers are offered for what is needed (番号法施行規則1条・2条); what each proves in the end the service says. */
export const offered: Record<NeededDocument, readonly EvidenceKind[]> = {
  number_proof: ['card_back', 'notification_card', 'residence_certificate'],
  identity_proof: [
    'card_front',
    'driving_licence',
    'passport',
    'residence_card',
    'special_permanent_resident_certificate',
    'driving_history_certificate',
    'disability_certificate',
    'mental_disability_certificate',
    'rehabilitation_certificate',
    'qualification_certificate',
    'pension_book',
    'child_support_certificate',
    'special_child_support_certificate',
  ],
  delegation: ['power_of_attorney'],
}

/** Of what the request demands, what this person has to send or has sent: without a spouse nobody gives a 委任状. */
export const shownDocuments = ({ documents, missingDocuments, evidence }: Session): NeededDocument[] =>
  documents.filter(
    (document) =>
      missingDocuments.some((each) => each.document === document) ||
      evidence.some(({ proves }) => proves.includes(document)),
  )
