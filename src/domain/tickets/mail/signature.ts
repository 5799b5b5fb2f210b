/** What telephones and programs write below a mail by themselves. */
const byProgram =
  /^(sent (from|via|with) (my |a )?\S.{0,50}|get outlook for \S.{0,40}|von meinem .{1,40} gesendet|gesendet (von|mit) .{1,50}|envoyé (de|depuis|à partir de) .{1,50}|enviado desde .{1,50}|enviado (do meu|a partir do) .{1,50}|inviato da .{1,50}|verzonden (vanaf|met) .{1,50}|verstuurd vanaf .{1,50}|skickat från .{1,50}|sendt fra .{1,50}|lähetetty .{1,40}sta|wysłane z .{1,50}|odesláno z .{1,50}|отправлено (с|из) .{1,50}|iphone(から|より)送信|从我的 ?iphone ?发送|发自我的.{1,30})$/i;

/** Where the signature begins; the number of lines where there is none. */
export function signatureStart(lines: readonly string[]): number {
  // RFC 3676, 4.3: "-- " alone; many programs lose the space.
  const dashes = lines.findIndex((line) => /^\s?--\s?$/.test(line));
  const end = dashes < 0 ? lines.length : dashes;
  const last = lines.slice(0, end).findLastIndex((line) => line.trim() !== '');
  const line = (lines[last] ?? '').trim().replace(/^[*_<]+|[*_>.]+$/g, '');
  return byProgram.test(line) ? last : end;
}
