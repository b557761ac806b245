import type { Box } from './box.ts'

export type FittedText = { lines: string[]; size: number; cut: boolean }

type Frame = Pick<Box, 'width' | 'height' | 'size' | 'minSize' | 'maxLines'>

export const mm = 72 / 25.4
/** Room left between text and frame, each side, in mm. */
export const padding = 1.2
/** Line pitch in ems. */
export const pitch = 1.25

/** Not at the start of a line (行頭禁則): closing brackets, commas, small kana, 長音. */
const notFirst = new Set('、。，．,.・：；？！）」』】〕］｝)]}ーゃゅょっァィゥェォャュョッ々〜～')

const wrap = (text: string, room: number, widthOf: (text: string) => number): string[] => {
  const lines: string[] = []
  for (const paragraph of text.split(/\r\n|\r|\n/u)) {
    let line = ''
    let width = 0
    for (const character of paragraph) {
      const next = widthOf(character)
      if (line !== '' && width + next > room) {
        const carried = notFirst.has(character) && Array.from(line).length > 1 ? (Array.from(line).at(-1) ?? '') : ''
        lines.push(carried === '' ? line : line.slice(0, -carried.length))
        line = carried
        width = widthOf(carried)
      }
      line += character
      width += next
    }
    lines.push(line)
  }
  return lines
}

/**
 * Fits a text into its box: one line at full size, else more lines where the box has them, else smaller by half points
 * down to the limit; at last it is cut with an ellipsis and says so. It never runs over the frame.
 */
export const fitText = (text: string, box: Frame, widthOf: (text: string) => number): FittedText => {
  const room = (box.width - 2 * padding) * mm
  const heightRoom = box.height * mm
  for (let size = box.size; size >= box.minSize; size -= 0.5) {
    const lines = wrap(text, room / size, widthOf)
    if (lines.length <= box.maxLines && ((lines.length - 1) * pitch + 1) * size <= heightRoom)
      return { lines, size, cut: false }
  }
  const size = box.minSize
  const fitting = Math.max(1, Math.min(box.maxLines, Math.floor((heightRoom / size - 1) / pitch) + 1))
  const lines = wrap(text, room / size, widthOf).slice(0, fitting)
  let last = Array.from(lines.at(-1) ?? '')
  while (last.length > 0 && widthOf(`${last.join('')}…`) > room / size) last = last.slice(0, -1)
  return { lines: [...lines.slice(0, -1), `${last.join('')}…`], size, cut: true }
}
