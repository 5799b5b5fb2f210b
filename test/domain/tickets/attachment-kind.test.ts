import { describe, expect, it } from 'vitest';
import {
  ATTACHMENT_BYTES,
  fileName,
  inspectAttachment,
} from '../../../src/domain/tickets/attachment-kind.ts';
import { cfb, pdf, png, xlsx, zip } from './files.ts';

describe('a file between customers and agents', () => {
  it.each([
    ['photo.png', () => png, 'image/png'],
    ['offer.pdf', () => pdf, 'application/pdf'],
    ['all.zip', zip, 'application/zip'],
    ['numbers.xlsx', xlsx, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ['old.doc', () => cfb, 'application/msword'],
    ['old.XLS', () => cfb, 'application/vnd.ms-excel'],
  ])('is kept as what it is: %s', async (name, make, contentType) => {
    expect(await inspectAttachment({ name, bytes: await make() })).toEqual({ name, contentType });
  });

  it.each([
    ['a script', 'run.sh', Buffer.from('#!/bin/sh\nrm -rf /')],
    ['a page', 'page.html', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['an SVG', 'logo.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['an SVG that calls itself a PNG', 'logo.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a program that calls itself a PDF', 'offer.pdf', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)])],
    ['an installer in the container of Word', 'setup.msi', cfb],
    ['nothing', 'empty.png', Buffer.alloc(0)],
    ['what is too large', 'large.png', Buffer.concat([png, Buffer.alloc(ATTACHMENT_BYTES)])],
  ])('is left out: %s', async (_, name, bytes) => {
    expect(await inspectAttachment({ name, bytes })).toBeNull();
  });

  it('has an ending that fits its content', async () => {
    expect(await inspectAttachment({ name: 'invoice.exe', bytes: pdf })).toMatchObject({
      name: 'invoice.exe.pdf',
    });
    expect(await inspectAttachment({ name: '', bytes: png })).toMatchObject({ name: 'file.png' });
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\system32\\evil.png', 'evil.png'],
    ['a\r\nBcc: eve@evil.example.png', 'a Bcc_ eve@evil.example.png'],
    ['photo\u202egnp.exe', 'photognp.exe'],
    ['<script>.png', '_script_.png'],
    ['..', 'file'],
    [`${'a'.repeat(300)}.png`, `${'a'.repeat(106)}.png`],
  ])('is called by a name that leads nowhere: %j', (name, shown) => {
    expect(fileName(name)).toBe(shown);
  });
});
