/**
 * RFC 8785 of what JSON.parse gave: members by UTF-16 code units, numbers and strings as ECMAScript writes them. Text that
 * comes back otherwise was not canonical: it had spaces, members twice, another order or other escapes.
 */
export const canonical = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}
