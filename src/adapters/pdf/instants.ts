/** As they are printed: days and times of Japan, which has had no daylight saving time since 1952. */
const jst = (instant: Date): string => new Date(instant.getTime() + 9 * 3600_000).toISOString()

/** 2026/11/25 */
export const dayIn = (instant: Date): string => jst(instant).slice(0, 10).replaceAll('-', '/')
/** 12:34:56 */
export const timeIn = (instant: Date): string => jst(instant).slice(11, 19)
/** 2026/11/25 12:34:56 */
export const secondIn = (instant: Date): string => `${dayIn(instant)} ${timeIn(instant)}`
/** 2026/11/25 12:34 */
export const minuteIn = (instant: Date): string => secondIn(instant).slice(0, 16)
