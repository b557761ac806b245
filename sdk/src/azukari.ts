import { createNumberCipher, type PrivateKeyJwk } from './encrypted-numbers.ts'
import { type Connection, createSend } from './send.ts'
import { createSurface, type Surface } from './surface.ts'
import { type ClientCredentials, createTokens, type Identity } from './tokens.ts'

/** A staff member (担当者) in whose name the host acts. */
export type ActingStaff = {
  staff: string
  /** When that person signed in at the host: a Date, or seconds since the epoch. */
  authTime?: Date | number
}

export type AzukariOptions = Connection &
  ClientCredentials &
  Partial<ActingStaff> & {
    /** The organization to work in; without one the token is the platform's. */
    organization?: string
    /** Numbers are encrypted here to the vault's key, so that nothing in between holds digits. */
    encryptNumbers?: boolean
    /** Private keys whose public halves this client registered: reveals are asked for encrypted, and decrypted here. */
    decryptionKeys?: readonly PrivateKeyJwk[]
  }

export type Azukari = Surface & {
  /** The same client in the name of a staff member. Cheap: make one per request of yours. */
  as: (staff: ActingStaff) => Azukari
  /**
   * The same client in the name of whoever signed in at the organization's own OIDC issuer, with a nonce of
   * `signIns.createNonce`. Good for one token of ten minutes: after that let the person sign in again.
   */
  withIdToken: (idToken: string) => Azukari
  /** The same client for another organization. */
  for: (organizationId: string) => Azukari
}

const toSeconds = (time: Date | number): number => (typeof time === 'number' ? time : Math.floor(time.getTime() / 1000))

const actingAs = ({ staff, authTime }: Partial<ActingStaff>): Identity => ({
  ...(staff !== undefined && { staff }),
  ...(authTime !== undefined && { authTime: toSeconds(authTime) }),
})

const within = (organization: string | undefined): Identity => (organization === undefined ? {} : { organization })

export const createAzukari = (options: AzukariOptions): Azukari => {
  const { organization, ...others } = options
  const send = createSend(options)
  const tokens = createTokens(send, options)
  const cipher = createNumberCipher(send)
  const audOf = (identity: Identity) => (): string => {
    if (identity.organization !== undefined) return identity.organization
    throw new TypeError('Name the organization, by for(), to encrypt a number for it.')
  }

  const clientOf = (identity: Identity): Azukari => {
    const credential = tokens.credentialOf(identity)
    return {
      ...createSurface(
        (call, callOptions) => send(call, callOptions, credential),
        (call, callOptions) => send(call, callOptions),
        tokens.sendAsClient,
        {
          ...(options.encryptNumbers === true && { numbers: { cipher, aud: audOf(identity) } }),
          ...(options.decryptionKeys !== undefined && { decryptionKeys: options.decryptionKeys }),
        },
      ),
      as: (acting) => clientOf({ ...within(identity.organization), ...actingAs(acting) }),
      withIdToken: (idToken) => clientOf({ ...within(identity.organization), idToken }),
      for: (organizationId) => clientOf({ ...identity, organization: organizationId }),
    }
  }

  return clientOf({ ...within(organization), ...actingAs(others) })
}
