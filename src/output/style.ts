/** How emphasis is drawn; plain text passes through where there are no colours. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

const asIs = (text: string): string => text;

export const plain: Style = { bold: asIs, dim: asIs };
