import type { Column } from './layout.ts'

/**
 * Items 1–11, alike in all forms: who files, 訂正表示 and 年分. Source: 国税庁「光ディスク等による支払調書等の提出の標準規格」 § 2
 * and § 5 (58-kinds edition). Items 8 and 9 (提出者) are always blank.
 */
export const commonColumns = [
  { no: 1, name: '法定資料の種類', width: 'half', max: 3, exact: true },
  { no: 2, name: '整理番号1', width: 'half', max: 10, exact: true },
  { no: 3, name: '本支店等区分番号', width: 'half', max: 5, exact: false },
  { no: 4, name: '提出義務者の住所（居所）又は所在地', width: 'full', max: 60, exact: false },
  { no: 5, name: '提出義務者の氏名又は名称', width: 'full', max: 30, exact: false },
  { no: 6, name: '提出義務者の電話番号', width: 'half', max: 15, exact: false },
  { no: 7, name: '整理番号2', width: 'half', max: 13, exact: true },
  { no: 8, name: '提出者の住所（居所）又は所在地', width: 'full', max: 60, exact: false },
  { no: 9, name: '提出者の氏名又は名称', width: 'full', max: 30, exact: false },
  { no: 10, name: '訂正表示', width: 'half', max: 1, exact: true },
  { no: 11, name: '年分', width: 'half', max: 2, exact: true },
] as const satisfies readonly Column[]
