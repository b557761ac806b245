import type { Keys } from '../keys/keys.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Database } from '../shared/database.ts'
import { AppError, type ErrorCode, invalidField } from '../shared/errors.ts'
import { holdsNumber } from '../shared/number-in-text.ts'
import { mustBeAccepted } from './accepted-numbers.ts'
import { CarriedNumber } from './carried-number.ts'
import { MyNumber } from './my-number.ts'
import { jweRefused, openJwe } from './open-jwe.ts'
import { createSpentJwes } from './spent-jwes.store.ts'

/** A number as it comes in: as people type it, or as a JWE that `receive` has opened. */
export type NumberAsSent = string | CarriedNumber

/** What staff say beside the number. */
export type Confirmation = { sampleConfirmed?: boolean }

const oldestSeconds = 600
/** How far a sender's clock may be ahead. */
const earlySeconds = 60

type Deps = { db: Database; keys: Keys; organizations: Organizations }

/** The way in: each number is judged here before it is sealed. */
export const createEntrance = ({ db, keys, organizations }: Deps) => {
  const spent = createSpentJwes(db)

  /** Opens a JWE. It is judged when it is used: a repeated request must be known by its number before that. */
  const receive = (compact: string): Promise<CarriedNumber> => openJwe(compact, keys.transport.privateKey)

  const mustBeForThis = async (caller: Caller, { carriage }: CarriedNumber, subs: readonly string[]): Promise<void> => {
    const { aud, sub, iat, jti, kid } = carriage
    const age = caller.at.getTime() / 1000 - iat
    const reason =
      aud !== caller.organizationId
        ? 'for another organization'
        : !subs.includes(sub)
          ? 'for another subject'
          : age > oldestSeconds
            ? 'too old'
            : age < -earlySeconds
              ? 'from the future'
              : holdsNumber(jti)
                ? 'jti not acceptable'
                : (await spent.isSpent(caller.organizationId, jti))
                  ? 'used before'
                  : undefined
    if (reason !== undefined) throw jweRefused(reason, kid)
  }

  /** What whoever encrypted must hear in order to mend it; all else is refused without a reason. */
  const told: readonly ErrorCode[] = ['check_digit', 'sample_number']

  const parseCarried = (caller: Caller, carried: CarriedNumber, confirmation: Confirmation): MyNumber => {
    const refuse = (error: unknown): never => {
      if (error instanceof AppError && told.includes(error.code)) throw error
      throw jweRefused('the number is not accepted', carried.carriage.kid, error)
    }
    try {
      const number = carried.toMyNumber('/numberJwe')
      mustBeAccepted(number, caller, { pointer: '/numberJwe', ...confirmation })
      return number
    } catch (error) {
      return refuse(error)
    }
  }

  /** Refuses what may not be registered. `subs`: whom a JWE may name. Whoever gets the number wipes it. */
  const judge = async (
    caller: Caller,
    sent: NumberAsSent,
    subs: readonly string[],
    confirmation: Confirmation = {},
  ): Promise<MyNumber> => {
    if (sent instanceof CarriedNumber) {
      await mustBeForThis(caller, sent, subs)
      return parseCarried(caller, sent, confirmation)
    }
    if ((await organizations.own(caller)).jweInputRequired === true)
      throw invalidField('/number', 'jwe_required', 'Send the number as `numberJwe`: see GET /v1/vault/jwks.')
    const number = MyNumber.parse(sent)
    mustBeAccepted(number, caller, confirmation)
    return number
  }

  /** Inside the transaction of the effect: a JWE has one effect, also when it comes twice in the same instant. */
  const spend = async (caller: Caller, sent: NumberAsSent): Promise<void> => {
    if (!(sent instanceof CarriedNumber)) return
    const { jti, kid } = sent.carriage
    if (!(await spent.spend(caller.organizationId, jti, caller.at))) throw jweRefused('used before', kid)
  }

  return { receive, judge, spend }
}
