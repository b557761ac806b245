import type { PayeeCopyRenderer, SlipProblem, SlipRenderer } from '../../core/payments/payments.rules.ts'
import { createFilingBundle, findFilingProblems, slipsPerBundle } from './filing-copy.ts'
import { renderPayeeCopy } from './payee-copy.ts'
import type { PdfProblem } from './slip.ts'

const toProblem = ({ box, name, item, problem, character, codePoint }: PdfProblem): SlipProblem => ({
  of: box.startsWith('payer.') ? 'payer' : 'payee',
  item: item === null ? name : `項番${item} ${name}`,
  ...(problem === 'cut'
    ? { code: 'too_long', detail: `${name}: 帳票の枠に収まりません` }
    : { code: 'unmappable_character', detail: `${name}: 印字できない文字です（「${character}」 ${codePoint}）` }),
})

/** 提出用 slips of form 309 as one document, for core/payments. Pages go out as they are finished. */
export const slipRenderer: SlipRenderer = {
  slipsPerBundle,
  problems: (slip) => findFilingProblems(slip).map(toProblem),
  render: async function* ({ year, madeAt, companyName }, slips) {
    const bundle = createFilingBundle({ form: '309', year, madeAt, companyName })
    for await (const { slip, digits } of slips) {
      bundle.add(slip, digits)
      const finished = bundle.stream.read()
      if (finished instanceof Uint8Array) yield finished
    }
    bundle.end()
    for await (const chunk of bundle.stream) yield typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk
  },
}

export const payeeCopyRenderer: PayeeCopyRenderer = renderPayeeCopy
