import { Box, Text } from 'ink';

/**
 * One `<Text>` per row, in fixed places: React then changes the text of rows and creates nothing, Ink lays out as many
 * nodes as there are rows. An empty text would have no height, so an empty row is a space.
 */
export function RowStack({ rows, width }: { rows: readonly string[]; width: number }) {
  return (
    <Box flexDirection="column" width={width} height={rows.length}>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row's place on the screen is its identity
        <Text key={index} wrap="truncate-end">
          {row === '' ? ' ' : row}
        </Text>
      ))}
    </Box>
  );
}
