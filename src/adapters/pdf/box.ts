/** Two renderings that share no number: the tax office's and the payee's. */
export type Copy = 'filing' | 'payee'

/** A place on the sheet in mm from the top left of an A4 page. */
export type Place = { x: number; y: number; width: number; height: number }

/**
 * One box of a form, as data. `label` is printed as it stands, `field` is filled, `number` has a cell for each of 13
 * digits and exists on the filing copy only, `line` is a bare frame.
 */
export type Box = Place & {
  id: string
  /** What is printed (label) or what people call the box (field, number). Lines of a label are separated by `\n`. */
  name: string
  role: 'label' | 'field' | 'number'
  /** 項番 of the CSV record; null where it has none. */
  item: number | null
  /** Point size, and the smallest one text may be shrunk to before it is wrapped or, at last, cut. */
  size: number
  minSize: number
  maxLines: number
  align: 'left' | 'center' | 'right'
  vertical: 'top' | 'middle' | 'bottom'
  /** A frame is drawn round it. */
  framed: boolean
  /** A light ground, for the words of the form. */
  shaded: boolean
  copies: readonly Copy[]
}

/** The boxes of one form from a 年分 on, with where they come from and how sure we are. */
export type FormSheet = {
  form: string
  title: string
  sinceYear: number
  untilYear: number | null
  source: string
  confidence: 'primary' | 'secondary' | 'computed' | 'memory'
  /** 支払内容 lines on one sheet; more go on in a further sheet. */
  lines: number
  boxes: readonly Box[]
}

const both: readonly Copy[] = ['filing', 'payee']

const defaults = {
  item: null,
  size: 9,
  minSize: 6,
  maxLines: 1,
  align: 'left',
  vertical: 'middle',
  framed: true,
  shaded: false,
  copies: both,
} as const

type Some = Partial<
  Pick<Box, 'item' | 'size' | 'minSize' | 'maxLines' | 'align' | 'vertical' | 'framed' | 'shaded' | 'copies'>
>
type At = readonly [x: number, y: number, width: number, height: number]

const at = ([x, y, width, height]: At): Place => ({ x, y, width, height })

export const label = (id: string, name: string, place: At, some: Some = {}): Box => ({
  ...defaults,
  size: 7.5,
  align: 'center',
  shaded: true,
  maxLines: 4,
  ...some,
  ...at(place),
  id,
  name,
  role: 'label',
})

export const field = (id: string, name: string, item: number | null, place: At, some: Some = {}): Box => ({
  ...defaults,
  ...some,
  ...at(place),
  id,
  name,
  item,
  role: 'field',
})

export const numberBox = (id: string, name: string, item: number, place: At): Box => ({
  ...defaults,
  size: 12,
  align: 'center',
  copies: ['filing'],
  ...at(place),
  id,
  name,
  item,
  role: 'number',
})
