export { fixtureNumber } from '../../examples/fixture-numbers.ts'
