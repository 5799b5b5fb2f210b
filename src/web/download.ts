/**
 * The headers of a file from outside: it is only ever saved, never shown, whatever its bytes are. The name goes in both forms of
 * RFC 6266: plain ASCII, and UTF-8 for whoever reads that.
 */
export function downloadHeaders({
  name,
  contentType,
  size,
}: {
  name: string;
  contentType: string;
  /** Bytes. */
  size: number;
}): Record<string, string> {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    'content-type': contentType,
    'content-length': String(size),
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'no-store',
  };
}
