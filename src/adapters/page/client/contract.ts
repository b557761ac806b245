import type { components } from '../../../contract.gen.ts'

/** The page is a client of the published contract like any other: its types and nothing else of the service. */
type Schemas = components['schemas']
export type Session = Schemas['Session']
export type SessionDependent = Schemas['SessionDependent']
export type OpenedSession = Schemas['OpenedSession']
export type SessionReceipt = Schemas['SessionReceipt']
export type VaultJwks = Schemas['VaultJwks']
