import { readFileSync } from 'node:fs';
import type { ReportFonts } from '../../../src/report/pdf/fonts.ts';

const bytes = (path: string): Uint8Array => readFileSync(new URL(`../../../node_modules/${path}`, import.meta.url));

export const fonts: ReportFonts = {
  regular: bytes('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  bold: bytes('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
  mono: bytes('dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf'),
  fallback: bytes('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
};
