import type { Caller } from '../shared/caller.ts'
import { type AppError, invalidField } from '../shared/errors.ts'
import type { MyNumber } from './my-number.ts'

/** Published samples: valid by arithmetic, printed in manuals and library READMEs. Nobody's number, so fit for tests. */
const publishedSamples = ['123456789018', '111111111118', '000111111111'].map((text) => Buffer.from(text, 'latin1'))

const isPublishedSample = (number: MyNumber): boolean => publishedSamples.some((sample) => number.equals(sample))

/** By arithmetic somebody could have one of the samples; a person who was issued it has to show it to staff. */
export const needsConfirmation = (number: MyNumber, mode: Caller['mode']): boolean =>
  mode === 'live' && isPublishedSample(number)

const notAccepted = (pointer: string, detail: string): AppError => invalidField(pointer, 'number_not_accepted', detail)

/**
 * A `test` organization takes fixtures only (0000… and the published samples), so that no real number is ever typed into a
 * trial; a `live` one refuses twelve zeros, and takes a sample when staff say that they mean it.
 */
export const mustBeAccepted = (
  number: MyNumber,
  { mode, actor }: Pick<Caller, 'mode' | 'actor'>,
  { pointer = '/number', sampleConfirmed = false } = {},
): void => {
  if (mode === 'test' && !number.startsWithZeros(4) && !isPublishedSample(number))
    throw notAccepted(pointer, 'A test organization takes numbers that begin with 0000 and the published samples only.')
  if (mode === 'live' && number.startsWithZeros(12)) throw notAccepted(pointer, 'This is a sample and nobody’s number.')
  if (!needsConfirmation(number, mode)) return
  if (actor.type !== 'staff')
    throw notAccepted(pointer, 'This is a number out of manuals: whose it really is asks the staff to register it.')
  if (!sampleConfirmed)
    throw invalidField(
      pointer,
      'sample_number',
      'This number is printed in manuals as a sample. Look at the document again; if it says so, send `sampleConfirmed: true`.',
    )
}
