import { refuse } from '../errors.ts';

/** 1 MB, in bytes. */
export const LOGO_BYTES = 1_048_576;
/** The longest side, in pixels. */
export const LOGO_PIXELS = 2048;
/** The kinds of image that a logo may be. Never SVG: it can carry a script. */
export const logoTypes = ['image/png', 'image/jpeg', 'image/webp'] as const;
export type LogoType = (typeof logoTypes)[number];

/** A file that somebody uploaded to Slack, by what Slack says of it; its content is checked when it is fetched. */
export interface LogoUpload {
  fileId: string;
  mimetype: string;
  /** In bytes. */
  size: number;
}

export function isLogoType(mimetype: string): mimetype is LogoType {
  return (logoTypes as readonly string[]).includes(mimetype);
}

/**
 * Refuses at once what cannot become a logo, by what Slack says of the file.
 * @throws Refusal `logo_bytes` or `logo_type`, on `logo`.
 */
export function checkUpload({ mimetype, size }: LogoUpload): void {
  if (size > LOGO_BYTES) throw refuse('logo_bytes').on('logo');
  if (!isLogoType(mimetype)) throw refuse('logo_type').on('logo');
}
