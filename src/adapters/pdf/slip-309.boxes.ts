import { type Box, type Copy, type FormSheet, field, label, numberBox } from './box.ts'

/**
 * 309 報酬、料金、契約金及び賞金の支払調書, in mm on A4.
 * The order of the boxes is that of the 令和8年分 form (国税庁「令和8年分 法定調書の作成と提出の手引」 第4): 無効区分 → 支払を受ける者
 * → 区分 → 細目 → 支払金額 → 源泉徴収税額 → 摘要 → 支払者 [primary]. Positions and sizes are ours: the sheets of 2026-09 were
 * not seen, and paper for the tax office uses the newest official sheet.
 */
const left = 12
const top = 34
const lineHeight = 11
const lineCount = 6
const filing: readonly Copy[] = ['filing']
const payee: readonly Copy[] = ['payee']

const payeeTop = top
const headTop = payeeTop + 28
const linesTop = headTop + 6
const remarksTop = linesTop + lineCount * lineHeight
const payerTop = remarksTop + 28
const officeTop = payerTop + 28

const words = { size: 7, vertical: 'middle' } as const
const text = { size: 10.5, minSize: 6, maxLines: 2 } as const

/** 個人番号又は法人番号: words above, 13 cells below; the payee's copy has neither, and a wider name instead. */
const nameAndNumber = (id: 'payee' | 'payer', y: number, nameItem: number, numberItem: number): Box[] => {
  const name = id === 'payee' ? '支払を受ける者 氏名又は名称' : '支払者 氏名又は名称'
  return [
    label(`${id}.name.label`, '氏名又は\n名　　称', [left + 12, y, 24, 14], words),
    field(`${id}.name`, name, nameItem, [left + 36, y, 72, id === 'payee' ? 14 : 9], {
      ...text,
      framed: id === 'payee',
      copies: filing,
    }),
    field(`${id}.name`, name, nameItem, [left + 36, y, 150, id === 'payee' ? 14 : 9], {
      ...text,
      framed: id === 'payee',
      copies: payee,
    }),
    label(`${id}.number.label`, '個 人 番 号 又 は 法 人 番 号', [left + 108, y, 78, 5], {
      ...words,
      size: 6.5,
      copies: filing,
    }),
    numberBox(`${id}.number`, '個人番号又は法人番号', numberItem, [left + 108, y + 5, 78, 9]),
  ]
}

const corner = { size: 6, framed: false, shaded: false } as const

const lineBoxes = (index: number): Box[] => {
  const y = linesTop + index * lineHeight
  const item = 15 + index * 6
  const n = `支払内容(${index + 1})`
  const cell = (id: string, name: string, x: number, main: number): Box[] => [
    field(`lines.${index}.${id}.frame`, name, null, [left + x, y, 49, lineHeight]),
    // 内書: the unpaid part stands above the amount that includes it.
    label(`lines.${index}.${id}.inner`, '内', [left + x, y + 0.4, 6, 4], { ...corner, align: 'left' }),
    label(`lines.${index}.${id}.yen`, '円', [left + x + 43, y + 5.4, 6, 5], { ...corner, align: 'right' }),
    field(
      `lines.${index}.${id}.unpaid`,
      `${n} ${name === '支払金額' ? '未払金額' : '未徴収税額'}`,
      main + 1,
      [left + x, y + 0.4, 45, 4],
      {
        size: 7,
        minSize: 5.5,
        align: 'right',
        framed: false,
      },
    ),
    field(`lines.${index}.${id}`, `${n} ${name}`, main, [left + x, y + 4, 45, 6.6], {
      size: 11,
      minSize: 8,
      align: 'right',
      framed: false,
    }),
  ]
  return [
    field(`lines.${index}.kind`, `${n} 区分`, item, [left, y, 36, lineHeight], { ...text, size: 9.5 }),
    field(`lines.${index}.detail`, `${n} 細目`, item + 1, [left + 36, y, 52, lineHeight], { ...text, size: 9.5 }),
    ...cell('amount', '支払金額', 88, item + 2),
    ...cell('withheld', '源泉徴収税額', 137, item + 4),
  ]
}

const boxes: readonly Box[] = [
  label('void.label', '無効区分', [left, 12, 18, 7], { ...words, copies: filing }),
  field('void', '無効区分', 10, [left + 18, 12, 7, 7], { size: 11, align: 'center', copies: filing }),
  field('sheet', '枚目', null, [left + 146, 12, 40, 7], { size: 8, align: 'right', framed: false }),
  field('title', '年分と名称', 11, [left, 21, 186, 11], { size: 15, minSize: 12, align: 'center', framed: false }),

  label('payee.label', '支払を\n受ける\n者', [left, payeeTop, 12, 28], { size: 7 }),
  label('payee.address.label', '住所（居所）\n又は所在地', [left + 12, payeeTop, 24, 14], words),
  field('payee.address', '支払を受ける者 住所（居所）又は所在地', 12, [left + 36, payeeTop, 150, 14], text),
  ...nameAndNumber('payee', payeeTop + 14, 14, 53),

  label('head.kind', '区　　　分', [left, headTop, 36, 6]),
  label('head.detail', '細　　　目', [left + 36, headTop, 52, 6]),
  label('head.amount', '支　払　金　額', [left + 88, headTop, 49, 6]),
  label('head.withheld', '源 泉 徴 収 税 額', [left + 137, headTop, 49, 6]),
  ...Array.from({ length: lineCount }, (_, index) => lineBoxes(index)).flat(),

  field('remarks.frame', '摘要', null, [left, remarksTop, 186, 28]),
  label('remarks.label', '（摘要）', [left, remarksTop + 0.5, 16, 5], { framed: false, shaded: false, align: 'left' }),
  field('remarks', '摘要', 51, [left + 2, remarksTop + 5, 182, 22], {
    size: 9.5,
    minSize: 7,
    maxLines: 5,
    vertical: 'top',
    framed: false,
  }),

  label('payer.label', '支払者', [left, payerTop, 12, 28], { size: 7 }),
  label('payer.address.label', '住所（居所）\n又は所在地', [left + 12, payerTop, 24, 14], words),
  field('payer.address', '支払者 住所（居所）又は所在地', 4, [left + 36, payerTop, 150, 14], text),
  field('payer.name.frame', '支払者 氏名又は名称', null, [left + 36, payerTop + 14, 72, 14], { copies: filing }),
  field('payer.name.frame', '支払者 氏名又は名称', null, [left + 36, payerTop + 14, 150, 14], { copies: payee }),
  ...nameAndNumber('payer', payerTop + 14, 5, 52),
  field('payer.phone', '支払者 電話番号', 6, [left + 36, payerTop + 22.5, 72, 5], {
    size: 8,
    align: 'right',
    framed: false,
    copies: filing,
  }),
  field('payer.phone', '支払者 電話番号', 6, [left + 36, payerTop + 22.5, 150, 5], {
    size: 8,
    align: 'right',
    framed: false,
    copies: payee,
  }),

  label('office.label', '整　理　欄', [left, officeTop, 36, 8], words),
  field('office.1', '整理欄①', null, [left + 36, officeTop, 66, 8]),
  label('office.1.label', '①', [left + 36, officeTop, 6, 8], { framed: false, shaded: false, size: 8 }),
  field('office.2', '整理欄②', null, [left + 102, officeTop, 66, 8]),
  label('office.2.label', '②', [left + 102, officeTop, 6, 8], { framed: false, shaded: false, size: 8 }),
  label('office.form', '309', [left + 168, officeTop, 18, 8], { shaded: false, size: 11 }),
  field('note', '注記', null, [left, officeTop + 10, 186, 10], {
    size: 8,
    maxLines: 2,
    vertical: 'top',
    framed: false,
    copies: payee,
  }),
]

const title = '報酬、料金、契約金及び賞金の支払調書'

/** Before 2026 the form had no 無効区分 (国税庁 手引 令和8年分 p.2: new first box on all six forms). */
export const sheets309: readonly FormSheet[] = [
  {
    form: '309',
    title,
    sinceYear: 2026,
    untilYear: null,
    source: '国税庁 令和8年分 法定調書の作成と提出の手引 第4（欄と順序）; 寸法は独自',
    confidence: 'computed',
    lines: lineCount,
    boxes,
  },
  {
    form: '309',
    title,
    sinceYear: 2016,
    untilYear: 2025,
    source: '令和7年分までの様式（無効区分なし）; 寸法は独自',
    confidence: 'secondary',
    lines: lineCount,
    boxes: boxes.filter((box) => !box.id.startsWith('void')),
  },
]
