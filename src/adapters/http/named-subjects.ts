const subjectId = /^sub_[0-9A-HJKMNP-TV-Z]{26}$/

/** The subjects that a request names, wherever it does: in its path, query or body. Bodies are bounded (body.ts). */
export const namedSubjects = (parts: unknown): string[] => {
  const found = new Set<string>()
  const look = (value: unknown): void => {
    if (typeof value === 'string') {
      if (subjectId.test(value)) found.add(value)
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look)
  }
  look(parts)
  return [...found]
}
