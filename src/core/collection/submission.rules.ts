import type { ConsentKind, ConsentRow } from '../notices/notices.ts'
import type { PurposeCode, SubjectKind } from '../shared/words.ts'
import { type EvidenceKind, provesOf } from './evidence.rules.ts'
import type { ReceivedItem, RequestDocument } from './words.ts'

/** One of the family: 続柄, what the number is for, and whether it comes by this request. */
export type FamilyMember = {
  id: string
  relationship?: string
  purposes: readonly PurposeCode[]
  entered: boolean
}

/** 配偶者, 届出をしていない人を含む (国民年金法5条7項). */
const spouseWords = new Set(
  [
    '配偶者',
    '妻',
    '夫',
    '妻(未届)',
    '夫(未届)',
    '未届の妻',
    '未届の夫',
    '内縁の妻',
    '内縁の夫',
    'wife',
    'husband',
    'spouse',
  ].map((word) => word.normalize('NFKC')),
)
const isSpouse = ({ relationship = '' }: FamilyMember): boolean =>
  spouseWords.has(relationship.normalize('NFKC').trim().toLowerCase())

/** 国民年金法7条1項3号: whose number the employer collects from the spouse, by way of the employee. */
const isCategory3 = (one: FamilyMember): boolean => isSpouse(one) && one.purposes.includes('national_pension_3')

type Basis = {
  /** One of these is enough. */
  kinds: readonly ConsentKind[]
  of: (one: FamilyMember) => boolean
  /** Once for the whole family, or for each one. */
  per: 'family' | 'member'
  /** Needed before a number of theirs is submitted; else it is offered, and kept where it is given. */
  demanded: boolean
  source: string
}
/** On which ground the employee hands in a number of somebody else. */
export const bases = {
  family: {
    kinds: ['family_check_entrusted'],
    of: () => true,
    per: 'family',
    // The law itself makes the employee check: a consent adds nothing that may be demanded.
    demanded: false,
    source:
      '番号法ガイドライン第4-1-(1): 扶養控除等申告書では従業員が個人番号関係事務実施者として本人確認を行い、事業者は行わない',
  },
  category_3: {
    kinds: ['category_3_agent', 'category_3_entrusted'],
    of: isCategory3,
    per: 'member',
    demanded: true,
    source:
      '国民年金法12条5項〜8項: 第3号の届出は配偶者本人から事業主を経由する; 従業員は代理人（番号法16条, 同施行令12条2項: 委任状）または本人確認の受託者（番号法10条・11条）',
  },
} as const satisfies Record<string, Basis>

export type Offer = { kind: ConsentKind; about?: string; demanded: boolean; given?: ConsentRow }

/** Of whom it speaks: the spouse gives the 委任状 themselves, the rest is the employee's, of one or of all. */
const isOf = (row: ConsentRow, about: string | undefined): boolean =>
  about === undefined || row.subjectId === about || (row.concernsId ?? about) === about
const givenOf = (kind: ConsentKind, about: string | undefined, given: readonly ConsentRow[]): ConsentRow | undefined =>
  given.find((row) => row.kind === kind && (kind !== 'category_3_agent' || row.subjectId === about) && isOf(row, about))

/** What fits a person with this family, and what of it was given. */
export const offersFor = (family: readonly FamilyMember[], given: readonly ConsentRow[]): Offer[] =>
  Object.values(bases).flatMap(({ kinds, of, per, demanded }: Basis): Offer[] => {
    const fitting = family.filter(of)
    if (fitting.length === 0) return []
    const of1 = (about: string | undefined, entered: boolean) =>
      kinds.map((kind) => {
        const row = givenOf(kind, about, given)
        return {
          kind,
          demanded: demanded && entered,
          ...(about === undefined ? {} : { about }),
          ...(row === undefined ? {} : { given: row }),
        }
      })
    if (per === 'family')
      return of1(
        undefined,
        fitting.some(({ entered }) => entered),
      )
    return fitting.flatMap(({ id, entered }) => of1(id, entered))
  })

/** Of those demanded of one person none was given: their places in the list. */
export const missingConsents = (offers: readonly Offer[]): number[] => {
  const settled = new Set(offers.filter(({ given }) => given !== undefined).map(({ about }) => about))
  return offers.flatMap(({ demanded, about }, i) => (demanded && !settled.has(about) ? [i] : []))
}

export type MissingDocument = { document: RequestDocument; subjectId: string }

/** The spouse is represented: neither has the employee taken over the identity check, nor does the spouse come themselves. */
const isRepresented = (one: FamilyMember, offers: readonly Offer[]): boolean =>
  one.entered &&
  isSpouse(one) &&
  !offers.some(({ kind, about, given }) => kind === 'category_3_entrusted' && about === one.id && given !== undefined)

type Need = {
  self: (kind: SubjectKind) => boolean
  ofRepresented: 'always' | 'of_category_3' | 'never'
  source: string
}
/** Whose papers a demanded document means. */
export const documentNeeds = {
  number_proof: {
    self: () => true,
    ofRepresented: 'of_category_3',
    source:
      '番号法16条, 同施行令12条1項・2項3号: 本人の番号確認書類; 代理人による提供では本人（配偶者）の書類の写しでよい（施行規則8条）',
  },
  identity_proof: {
    self: () => true,
    ofRepresented: 'never',
    source: '番号法16条, 同施行令12条1項2号; 代理人による提供では代理人（従業員）の身元確認（同条2項2号）',
  },
  delegation: {
    // Somebody without a family here is themselves the one who is represented (任意代理).
    self: (kind) => kind !== 'employee',
    ofRepresented: 'always',
    source: '番号法施行令12条2項1号, 施行規則6条: 任意代理人は委任状',
  },
} as const satisfies Record<RequestDocument, Need>

/** 対応記録: what came on paper proves as well as an upload. */
const receivedProves = {
  number_document_copy: ['number_proof'],
  identity_document_copy: ['identity_proof'],
  // Both sides of it.
  card_original: ['number_proof', 'identity_proof'],
  notification_card_original: ['number_proof'],
  form: [],
  other: [],
} as const satisfies Record<ReceivedItem, readonly RequestDocument[]>

type There = {
  uploaded: readonly { kind: EvidenceKind; subjectId: string }[]
  received: readonly ReceivedItem[]
}

/** Documents of the request that are still to come, and whose. */
export const missingDocuments = (
  wanted: readonly RequestDocument[],
  self: { id: string; kind: SubjectKind },
  family: readonly FamilyMember[],
  offers: readonly Offer[],
  { uploaded, received }: There,
): MissingDocument[] => {
  const onPaper = new Set<RequestDocument>(received.flatMap((item) => receivedProves[item]))
  const signed = new Set(
    offers.flatMap(({ kind, about, given }) =>
      kind === 'category_3_agent' && given?.channel === 'paper' && about !== undefined ? [about] : [],
    ),
  )
  const isThere = ({ document, subjectId }: MissingDocument): boolean =>
    onPaper.has(document) ||
    (document === 'delegation' && signed.has(subjectId)) ||
    uploaded.some(
      (one) =>
        provesOf(one.kind).includes(document) &&
        // 委任状 names both: the spouse who gives it and the person to whom it is given.
        (one.subjectId === subjectId || (document === 'delegation' && one.subjectId === self.id)),
    )
  return wanted.flatMap((document) => {
    const { self: ofSelf, ofRepresented }: Need = documentNeeds[document]
    const represented = family.filter(
      (one) =>
        isRepresented(one, offers) &&
        (ofRepresented === 'always' || (ofRepresented === 'of_category_3' && isCategory3(one))),
    )
    return [...(ofSelf(self.kind) ? [self.id] : []), ...represented.map(({ id }) => id)]
      .map((subjectId) => ({ document, subjectId }))
      .filter((need) => !isThere(need))
  })
}
