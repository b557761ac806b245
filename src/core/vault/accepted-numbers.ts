import { AppError } from '../shared/errors.ts'
import type { MyNumber } from './my-number.ts'

/** Published samples: valid by arithmetic, printed in manuals and library READMEs. Nobody's number, so fit for tests. */
const publishedSamples = ['123456789018', '111111111118', '000111111111'].map((text) => Buffer.from(text, 'latin1'))

const isPublishedSample = (number: MyNumber): boolean => publishedSamples.some((sample) => number.equals(sample))

/**
 * A `test` organization takes fixtures only (0000… and the published samples), so that no real number is ever typed into a
 * trial; a `live` one refuses twelve zeros and the samples.
 */
export const mustBeAccepted = (number: MyNumber, mode: 'test' | 'live', pointer = '/number'): void => {
  const fixture = number.startsWithZeros(4) || isPublishedSample(number)
  const refusedBecause =
    mode === 'test'
      ? fixture
        ? undefined
        : 'A test organization takes numbers that begin with 0000 and the published samples only.'
      : number.startsWithZeros(12) || isPublishedSample(number)
        ? 'This is a sample and nobody’s number.'
        : undefined
  if (refusedBecause !== undefined)
    throw new AppError('number_not_accepted', refusedBecause, {
      places: [{ pointer, code: 'number_not_accepted', detail: refusedBecause }],
    })
}
