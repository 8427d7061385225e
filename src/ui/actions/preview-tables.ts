import type { PreviewTable } from '../../actions/preview.ts';
import { asFailure } from '../../domain/failure.ts';
import type { DrawnTables } from './proposal-lines.ts';

const MARGIN = 4;

/** Tables of one preview, drawn once for each width; the component is loaded by the first preview that has a table. */
export class PreviewTables {
  readonly #look: { readonly unicode: boolean; readonly ellipsis: string };
  readonly #onDrawn: () => void;
  #known: { readonly id: string; readonly drawn: DrawnTables } | undefined;

  constructor(look: { readonly unicode: boolean; readonly ellipsis: string }, onDrawn: () => void) {
    this.#look = look;
    this.#onDrawn = onDrawn;
  }

  /** Undefined until they are drawn. */
  lines(tables: readonly PreviewTable[], width: number): DrawnTables {
    if (tables.length === 0) return undefined;
    const id = JSON.stringify([width, tables]);
    if (this.#known?.id !== id) {
      this.#known = { id, drawn: undefined };
      void this.#draw(id, tables, width);
    }
    return this.#known.drawn;
  }

  async #draw(id: string, tables: readonly PreviewTable[], width: number): Promise<void> {
    const drawn = await this.#drawn(tables, width);
    if (this.#known?.id !== id) return;
    this.#known = { id, drawn };
    this.#onDrawn();
  }

  async #drawn(tables: readonly PreviewTable[], width: number): Promise<DrawnTables> {
    try {
      const { drawPreviewTables } = await import('./preview-table.tsx');
      return drawPreviewTables(tables, width - MARGIN, this.#look);
    } catch (error) {
      return tables.map(() => [`! ${asFailure(error, 'The table could not be drawn').message}`]);
    }
  }
}
