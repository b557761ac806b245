import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits. With so many, a plain hash is enough to keep: there is nothing to guess. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What is stored instead of a token. */
export const tokenHashOf = (token: string): string => createHash('sha256').update(token, 'utf8').digest('base64url')
