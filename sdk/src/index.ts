import type { OneNumber } from './encrypted-numbers.ts'
import type {
  NumberCorrectionRequestWritable,
  NumberReissueRequestWritable,
  NumberRequestWritable,
  SessionNumberRequestWritable,
} from './gen/types.gen.ts'

export type { PrivateKey } from './assertion.ts'
export { type ActingStaff, type Azukari, type AzukariOptions, createAzukari } from './azukari.ts'
export type { Download } from './download.ts'
export type * from './gen/types.gen.ts'
// The generator splits a schema that has a write-only member, and gives the plain name to the half without it. Nobody
// reads a request: here the contract's name means what is sent, and it has a number in one of two forms.
export type NumberCorrectionRequest = OneNumber<NumberCorrectionRequestWritable>
export type NumberReissueRequest = OneNumber<NumberReissueRequestWritable>
export type NumberRequest = OneNumber<NumberRequestWritable>
export type SessionNumberRequest = OneNumber<SessionNumberRequestWritable>
export type { PrivateKeyJwk } from './encrypted-numbers.ts'
export type { SessionDependentRequestWritable as SessionDependentRequest } from './gen/types.gen.ts'
export { AzukariJobError, type WaitOptions } from './jobs.ts'
export type { CheckpointInput } from './ledger/checkpoints.ts'
export type { Lines } from './ledger/lines.ts'
export { type LedgerProblem, type LedgerProblemKind, ledgerProblemKinds } from './ledger/problems.ts'
export { type LedgerReport, type VerifyLedgerOptions, verifyLedger } from './ledger/verify-ledger.ts'
export { type ProofKeys, verifyConsistency, verifyInclusion } from './ledger/verify-proofs.ts'
export type { List } from './list.ts'
export { AzukariConnectionError, AzukariProblem } from './problem.ts'
export {
  AzukariReceiptError,
  type KeySet,
  type Receipt,
  type ReceiptErrorCode,
  receiptType,
  verifyReceipt,
} from './receipt.ts'
export { type ResponseDetails, responseOf } from './response-of.ts'
export type { CallOptions, Connection } from './send.ts'
export { createSession, type OwnNumber, type PersonSession, type SessionOptions } from './session.ts'
export {
  AzukariWebhookError,
  type VerifiedEvent,
  type VerifyWebhookOptions,
  verifyWebhook,
  type WebhookErrorCode,
} from './webhook.ts'
