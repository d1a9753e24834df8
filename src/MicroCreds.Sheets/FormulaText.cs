namespace MicroCreds.Sheets;

/// <summary>
/// Keeps text from running as a formula when a spreadsheet opens a CSV file, and gives the text back when the file is read. A guarded cell begins
/// with an apostrophe, which spreadsheets take as "this is text". Source: OWASP, CSV Injection.
/// </summary>
internal static class FormulaText
{
    // The full-width forms are folded to ASCII by some spreadsheets.
    private const string Starts = "=+-@\t\r\n＝＋－＠";

    /// <summary>The cell with an apostrophe before it when a spreadsheet could take it for a formula.</summary>
    internal static string Guard(string cell) => Dangerous(cell.AsSpan().TrimStart('\'')) && !Negative(cell) ? "'" + cell : cell;

    /// <summary>The cell as it was before <see cref="Guard"/>.</summary>
    internal static string Unguard(string cell) => cell.StartsWith('\'') && Dangerous(cell.AsSpan().TrimStart('\'')) ? cell[1..] : cell;

    private static bool Dangerous(ReadOnlySpan<char> text) => text.Length > 0 && Starts.Contains(text[0], StringComparison.Ordinal);

    // A negative number is a number and no formula.
    private static bool Negative(string cell) => cell.Length > 1 && cell[0] == '-' && cell.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;
}
