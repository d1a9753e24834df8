namespace MicroCreds.Sheets;

/// <summary>A row as a file holds it, before the header gives its cells names.</summary>
/// <param name="Number">Number of the row as a spreadsheet shows it, from 1.</param>
/// <param name="Cells">Cells without surrounding blanks; at most one more than <see cref="SheetRows.MaxColumns"/>.</param>
/// <param name="CellCount">How many cells the row has in the file.</param>
/// <param name="Fault">Why the row cannot be read as a whole; empty when it can.</param>
internal readonly record struct RawRow(int Number, string[] Cells, int CellCount, string Fault);
