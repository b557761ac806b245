import type { RequestDocument } from './words.ts'

type EvidenceRow = { ja: string; en: string; proves: readonly RequestDocument[] }

/**
 * 確認書類 that a person can upload, and what each can prove (番号法16条, 番号法施行規則1条・3条). The card's front is identity, its back
 * the number; what has no photograph counts for half, which the check that follows judges. 個人番号通知書 proves neither, and
 * 健康保険証 ended on 2025-12-01: they have no row.
 */
export const evidenceTable = {
  card_front: { ja: '個人番号カード（表）', en: 'Individual Number Card, front', proves: ['identity_proof'] },
  card_back: { ja: '個人番号カード（裏）', en: 'Individual Number Card, back', proves: ['number_proof'] },
  // Only while what it says is what the 住民票 says (令和元年法律16号附則6条).
  notification_card: { ja: '通知カード', en: 'notification card', proves: ['number_proof'] },
  residence_certificate: {
    ja: '住民票の写し・住民票記載事項証明書（個人番号あり）',
    en: 'certificate of residence with the number',
    proves: ['number_proof'],
  },
  driving_licence: { ja: '運転免許証', en: 'driving licence', proves: ['identity_proof'] },
  driving_history_certificate: { ja: '運転経歴証明書', en: 'driving history certificate', proves: ['identity_proof'] },
  passport: { ja: '旅券', en: 'passport', proves: ['identity_proof'] },
  disability_certificate: { ja: '身体障害者手帳', en: 'disability certificate', proves: ['identity_proof'] },
  mental_disability_certificate: {
    ja: '精神障害者保健福祉手帳',
    en: 'mental disability certificate',
    proves: ['identity_proof'],
  },
  rehabilitation_certificate: { ja: '療育手帳', en: 'rehabilitation certificate', proves: ['identity_proof'] },
  residence_card: { ja: '在留カード', en: 'residence card', proves: ['identity_proof'] },
  special_permanent_resident_certificate: {
    ja: '特別永住者証明書',
    en: 'special permanent resident certificate',
    proves: ['identity_proof'],
  },
  qualification_certificate: {
    ja: '資格確認書',
    en: 'insurance qualification certificate',
    proves: ['identity_proof'],
  },
  pension_book: { ja: '年金手帳', en: 'pension book', proves: ['identity_proof'] },
  child_support_certificate: {
    ja: '児童扶養手当証書',
    en: 'child support allowance certificate',
    proves: ['identity_proof'],
  },
  special_child_support_certificate: {
    ja: '特別児童扶養手当証書',
    en: 'special child support allowance certificate',
    proves: ['identity_proof'],
  },
  power_of_attorney: { ja: '委任状', en: 'power of attorney', proves: ['delegation'] },
  other: { ja: 'その他', en: 'another document', proves: [] },
} as const satisfies Record<string, EvidenceRow>
export type EvidenceKind = keyof typeof evidenceTable

export const provesOf = (kind: EvidenceKind): readonly RequestDocument[] => evidenceTable[kind].proves
