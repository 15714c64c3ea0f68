export interface ReportedTest {
  readonly file: string;
  readonly name: string;
  readonly status: string;
  readonly corpus: boolean;
  readonly electron: boolean;
  readonly pdfbox: boolean;
}
export function readReports(folder: string): Promise<{ suites: string[]; tests: ReportedTest[] }>;
export function strayTests(tests: readonly ReportedTest[]): ReportedTest[];
export function totals(tests: readonly ReportedTest[]): { passed: number; failed: number; skipped: number };
