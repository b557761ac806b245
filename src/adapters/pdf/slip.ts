/** 支払内容: one line of a 309 slip, amounts in whole yen. */
export type Line309 = {
  kind: string
  detail: string
  /** 支払金額, including the unpaid part, which is shown as an inner figure (内書). */
  amount: number
  unpaid: number
  withheld: number
  withheldUnpaid: number
}

/** 報酬、料金、契約金及び賞金の支払調書 of one payee and year: never a number. */
export type Slip309 = {
  /** Names the slip in a problem; never printed. */
  key: string
  companyAddress: string
  companyName: string
  companyPhone?: string
  /** 年分, western. */
  year: number
  payee: { address: string; abroad: boolean; name: string }
  lines: readonly Line309[]
  remarks: string
  /** True for the slip that voids one already filed (無効区分 1). */
  correction: boolean
}

/** Something that keeps a slip from being drawn as it is: the box and at most the character, never the value. */
export type PdfProblem = {
  key: string
  /** The box: its id, its name for people, and the 項番 of the CSV record. */
  box: string
  name: string
  item: number | null
  problem: 'no_glyph' | 'cut'
  character?: string
  /** `U+20BB7` */
  codePoint?: string
}
