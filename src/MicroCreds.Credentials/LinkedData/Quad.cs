using System.Text;

namespace MicroCreds.Credentials.LinkedData;

/// <summary>An RDF statement. Terms are held as canonical N-Quads write them: <c>&lt;iri&gt;</c>, <c>_:label</c>, or a quoted literal; the graph is empty for the default graph.</summary>
internal sealed record Quad(string Subject, string Predicate, string Object, string Graph)
{
    /// <summary>Type of plain texts.</summary>
    public const string Text = "http://www.w3.org/2001/XMLSchema#string";

    private static readonly System.Buffers.SearchValues<char> OfScheme = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    /// <summary>Whether a term is a blank node.</summary>
    public static bool IsBlank(string term) => term.StartsWith("_:", StringComparison.Ordinal);

    /// <summary>The statement as one line of N-Quads, blank nodes under other labels if asked.</summary>
    public string Line(Func<string, string> label)
    {
        string Of(string term) => IsBlank(term) ? label(term) : term;
        return $"{Of(Subject)} {Predicate} {Of(Object)}{(Graph.Length == 0 ? "" : $" {Of(Graph)}")} .\n";
    }

    /// <summary>An IRI as term. Characters that N-Quads do not allow inside are refused, since they would end the term.</summary>
    /// <exception cref="LinkedDataException">The text is no absolute IRI.</exception>
    public static string Iri(string iri)
    {
        if (!IsAbsolute(iri)) throw new LinkedDataException("an identifier is not an absolute IRI");
        foreach (var character in iri)
            if (character <= ' ' || character is '<' or '>' or '"' or '{' or '}' or '|' or '\\' or '^' or '`') throw new LinkedDataException("an identifier holds a character that no IRI has");
        return $"<{iri}>";
    }

    /// <summary>Whether a text begins with a scheme (RFC 3986, 3.1).</summary>
    public static bool IsAbsolute(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && char.IsAsciiLetter(text[0]) && !text.AsSpan(1, colon - 1).ContainsAnyExcept(OfScheme);
    }

    /// <summary>A literal as term. RDF Dataset Canonicalization, A (canonical N-Quads): only these characters are escaped.</summary>
    public static string Literal(string value, string type, string language)
    {
        var text = new StringBuilder(value.Length + type.Length + 8).AppendQuoted(value, "X4");
        return language.Length > 0 ? text.Append('@').Append(language).ToString() : type == Text ? text.ToString() : text.Append("^^").Append(Iri(type)).ToString();
    }
}
