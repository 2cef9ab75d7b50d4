import type { Bar, Tone } from '../block.ts';
import { thousands } from '../visible.ts';
import { styles } from './blocks.ts';
import { artifact, ensure, type Sheet, tagged } from './document.ts';
import { ink, tones } from './palette.ts';
import { drawLine, elide, lineHeight, measure, type TextStyle } from './text.ts';

const labelWidth = 118;
const totalWidth = 46;
const barHeight = 15;
const gap = 9;
const numberStyle: TextStyle = { face: 'bold', size: 7.5, colour: ink.paper };

/**
 * Stacked bars on one scale, drawn with vectors. Each part that is wide enough carries its number, a legend names the
 * colours in the order of the parts, and the alternative text says the same in words.
 */
export function stackedBars(sheet: Sheet, bars: readonly Bar[]): void {
  const most = Math.max(1, ...bars.map(total));
  const scale = (sheet.page.column - labelWidth - totalWidth) / most;
  const height = bars.length * (barHeight + gap) + 24;
  ensure(sheet, height);
  const top = sheet.y;
  const alt = bars
    .map((bar) => `${bar.label}: ${bar.parts.map((part) => `${part.word} ${part.value}`).join(', ')}`)
    .join('; ');
  tagged(
    sheet,
    'Figure',
    () => {
      drawLegend(sheet, bars[0]?.parts ?? [], top);
      for (const [index, bar] of bars.entries()) drawBar(sheet, bar, scale, top + 22 + index * (barHeight + gap));
    },
    { alt },
  );
  artifact(sheet, () => {
    const x = sheet.page.left + labelWidth;
    sheet.pdf
      .lineWidth(0.75)
      .strokeColor(ink.muted)
      .moveTo(x, top + 18)
      .lineTo(x, top + height - 4)
      .stroke();
  });
  sheet.y = top + height + 6;
}

function drawLegend(sheet: Sheet, parts: Bar['parts'], y: number): void {
  let x = sheet.page.left + labelWidth;
  for (const { word, tone } of parts) {
    sheet.pdf.rect(x, y + 2, 8, 8).fill(tones[tone].fill);
    drawLine(sheet.pdf, word, { x: x + 12, y }, styles.small, sheet.faces);
    x += 12 + measure(word, styles.small, sheet.faces) + 14;
  }
}

function drawBar(sheet: Sheet, bar: Bar, scale: number, y: number): void {
  const { pdf, faces } = sheet;
  const name: TextStyle = { face: 'regular', size: 8.5, colour: ink.text };
  const sum = thousands(total(bar));
  drawLine(pdf, elide(bar.label, name, labelWidth - 10, faces), { x: sheet.page.left, y: y + 1.5 }, name, faces);
  let x = sheet.page.left + labelWidth;
  for (const part of bar.parts) {
    // A part that is there must be seen, however small its share.
    const width = part.value === 0 ? 0 : Math.max(1.5, part.value * scale);
    if (width > 0) pdf.rect(x, y, width, barHeight).fill(tones[part.tone].fill);
    drawNumber(sheet, thousands(part.value), { x, y, width }, part.tone);
    x += width;
  }
  drawLine(pdf, sum, { x: x + 6, y: y + 1.5 }, { ...name, colour: ink.muted }, faces);
}

function drawNumber(sheet: Sheet, text: string, box: { x: number; y: number; width: number }, tone: Tone): void {
  const wide = measure(text, numberStyle, sheet.faces);
  if (wide + 6 > box.width) return;
  const colour = tone === 'bad' || tone === 'good' ? ink.paper : ink.text;
  const at = { x: box.x + (box.width - wide) / 2, y: box.y + (barHeight - lineHeight(numberStyle)) / 2 };
  drawLine(sheet.pdf, text, at, { ...numberStyle, colour }, sheet.faces);
}

function total(bar: Bar): number {
  return bar.parts.reduce((sum, part) => sum + part.value, 0);
}
