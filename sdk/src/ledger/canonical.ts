/**
 * RFC 8785 of what JSON.parse gave: members by UTF-16 code units, numbers and strings as ECMAScript writes them. Text that
 * comes back otherwise was not canonical: it had spaces, members twice, another order or other escapes.
 */
export const canonical = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const members = value as Record<string, unknown>
  const names = Object.keys(members).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(members[name])}`).join(',')}}`
}
