/** What a path of the contract holds, and what stood in its places. */
export type PathMatch<T> = { value: T; params: Record<string, string> }

type Node<T> = { value?: T; names: readonly string[]; literals: Map<string, Node<T>>; parameter?: Node<T> }
const newNode = <T>(): Node<T> => ({ names: [], literals: new Map() })
const nameOf = (part: string): string | undefined => /^\{(\w+)\}$/.exec(part)?.[1]

/**
 * Finds the template of a path in as many steps as it has parts. Express asks each route's expression in turn: at 150 routes
 * that is a sixth of a short request's time (measured). As in Express, what is spelled out goes before a parameter, a parameter
 * is never empty, and case and a slash at the end count. A part that does not decode throws `URIError`.
 */
export const createPathTable = <T>(entries: Iterable<readonly [template: string, value: T]>) => {
  const root = newNode<T>()
  for (const [template, value] of entries) {
    let node = root
    const names: string[] = []
    for (const part of template.split('/').slice(1)) {
      const name = nameOf(part)
      if (name === undefined) {
        const next: Node<T> = node.literals.get(part) ?? newNode()
        node.literals.set(part, next)
        node = next
      } else {
        names.push(name)
        node.parameter ??= newNode()
        node = node.parameter
      }
    }
    node.value = value
    node.names = names
  }

  const walk = (node: Node<T>, parts: readonly string[], at: number, given: string[]): Node<T> | undefined => {
    const part = parts[at]
    if (part === undefined) return node.value === undefined ? undefined : node
    const literal = node.literals.get(part)
    const found = literal === undefined ? undefined : walk(literal, parts, at + 1, given)
    if (found !== undefined || node.parameter === undefined || part === '') return found
    given.push(part)
    const byParameter = walk(node.parameter, parts, at + 1, given)
    if (byParameter === undefined) given.pop()
    return byParameter
  }

  const find = (path: string): PathMatch<T> | undefined => {
    const given: string[] = []
    const node = walk(root, path.split('/').slice(1), 0, given)
    if (node?.value === undefined) return undefined
    const params: Record<string, string> = {}
    for (const [i, name] of node.names.entries()) params[name] = decodeURIComponent(given[i] ?? '')
    return { value: node.value, params }
  }
  return { find }
}
