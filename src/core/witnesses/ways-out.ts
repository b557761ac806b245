export type Mail = {
  /** The same for a repetition, so that a mail program shows it once. */
  messageId: string
  to: string
  subject: string
  text: string
  attachments: { fileName: string; mediaType: string; content: Buffer }[]
}
/** Returns when the server has taken the mail. Failures are `unavailable`, with a cause for the operator. */
export type Mailer = { send: (mail: Mail) => Promise<void> }

/** A time stamp (RFC 3161): the authority's whole answer in DER, and the time that it names. */
export type TimeStamp = { response: Buffer; at: Date }
export type TimeStamper = { stamp: (content: Buffer) => Promise<TimeStamp> }
