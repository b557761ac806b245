/** What mail is sent to, or from: the common form of RFC 5321, without quotes, comments, lists and line breaks. */
const pattern =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/

export const isMailAddress = (text: string): boolean => text.length <= 254 && pattern.test(text)
