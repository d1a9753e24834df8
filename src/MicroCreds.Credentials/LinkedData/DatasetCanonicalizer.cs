using System.Security.Cryptography;
using System.Text;

namespace MicroCreds.Credentials.LinkedData;

/// <summary>
/// Gives the blank nodes of a dataset names that depend on nothing but the data, and writes the dataset in order. Work is bounded: graphs made
/// so that their blank nodes can hardly be told apart are refused. Source: W3C RDF Dataset Canonicalization 1.0 (RDFC-1.0), 4.
/// </summary>
internal sealed class DatasetCanonicalizer
{
    // A credential has some dozens of blank nodes, nearly all told apart at first sight.
    private const int MaxQuads = 20_000;
    private const int MaxWork = 5_000;

    private readonly HashAlgorithmName _algorithm;
    private readonly IReadOnlyCollection<Quad> _quads;
    private readonly Dictionary<string, List<Quad>> _mentions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _firstDegree = new(StringComparer.Ordinal);
    private readonly Issuer _canonical = new("_:c14n");
    private int _work;

    private DatasetCanonicalizer(IReadOnlyCollection<Quad> quads, HashAlgorithmName algorithm) => (_quads, _algorithm) = (quads, algorithm);

    /// <summary>The canonical N-Quads of a dataset. The hash is the one the blank nodes are told apart by: SHA-384 for P-384.</summary>
    /// <exception cref="LinkedDataException">The dataset is too large or too symmetric.</exception>
    public static string Canonicalize(IReadOnlyCollection<Quad> quads, HashAlgorithmName algorithm) => new DatasetCanonicalizer(quads, algorithm).Canonicalize();

    /// <summary>The canonical name of each blank node.</summary>
    public static IReadOnlyDictionary<string, string> Names(IReadOnlyCollection<Quad> quads, HashAlgorithmName algorithm)
    {
        var run = new DatasetCanonicalizer(quads, algorithm);
        run.Canonicalize();
        return run._canonical.Names;
    }

    private string Canonicalize()
    {
        if (_quads.Count > MaxQuads) throw new LinkedDataException("the document makes too many statements");
        foreach (var quad in _quads)
        {
            foreach (var term in ((string[])[quad.Subject, quad.Object, quad.Graph]).Where(Quad.IsBlank).Distinct())
            {
                if (!_mentions.TryGetValue(term, out var list)) _mentions[term] = list = [];
                list.Add(quad);
            }
        }
        var groups = _mentions.Keys.GroupBy(FirstDegree).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        foreach (var group in groups.Where(g => g.Count() == 1)) _canonical.Issue(group.First());
        foreach (var group in groups.Where(g => g.Count() > 1))
        {
            var paths = new List<(string Hash, Issuer Issuer)>();
            foreach (var node in group.Where(n => !_canonical.Knows(n)))
            {
                var issuer = new Issuer("_:b");
                issuer.Issue(node);
                paths.Add(NDegree(node, issuer));
            }
            foreach (var (_, issuer) in paths.OrderBy(p => p.Hash, StringComparer.Ordinal))
                foreach (var node in issuer.Order) _canonical.Issue(node);
        }
        // Lines are ordered by code points, which is the order of their UTF-8 bytes.
        var lines = _quads.Select(q => Encoding.UTF8.GetBytes(q.Line(_canonical.Issue))).ToList();
        lines.Sort((x, y) => x.AsSpan().SequenceCompareTo(y));
        var text = new StringBuilder();
        foreach (var line in lines) text.Append(Encoding.UTF8.GetString(line));
        return text.ToString();
    }

    // 4.6: what is said about a node when all others look alike.
    private string FirstDegree(string node)
    {
        if (_firstDegree.TryGetValue(node, out var known)) return known;
        var lines = _mentions[node].Select(q => Encoding.UTF8.GetBytes(q.Line(term => term == node ? "_:a" : "_:z"))).ToList();
        lines.Sort((x, y) => x.AsSpan().SequenceCompareTo(y));
        return _firstDegree[node] = Hash(string.Concat(lines.Select(Encoding.UTF8.GetString)));
    }

    // 4.7.
    private string Related(string related, Quad quad, Issuer issuer, char position)
    {
        var name = _canonical.Find(related) ?? issuer.Find(related) ?? FirstDegree(related);
        return Hash($"{position}{(position == 'g' ? "" : quad.Predicate)}{name}");
    }

    // 4.8.
    private (string Hash, Issuer Issuer) NDegree(string node, Issuer issuer)
    {
        Work();
        var neighbours = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var quad in _mentions[node])
        {
            foreach (var (term, position) in ((string, char)[])[(quad.Subject, 's'), (quad.Object, 'o'), (quad.Graph, 'g')])
            {
                if (!Quad.IsBlank(term) || term == node) continue;
                var hash = Related(term, quad, issuer, position);
                if (!neighbours.TryGetValue(hash, out var list)) neighbours[hash] = list = [];
                list.Add(term);
            }
        }
        var data = new StringBuilder();
        foreach (var (hash, nodes) in neighbours)
        {
            data.Append(hash);
            var chosen = "";
            Issuer? chosenIssuer = null;
            foreach (var order in Permutations(nodes))
            {
                Work();
                if (Path(order, issuer.Copy(), chosen) is not { } found || (chosen.Length > 0 && string.CompareOrdinal(found.Path, chosen) >= 0)) continue;
                (chosen, chosenIssuer) = found;
            }
            data.Append(chosen);
            issuer = chosenIssuer ?? issuer;
        }
        return (Hash(data.ToString()), issuer);
    }

    // 4.8, 5.4: null as soon as the path can no longer be the least.
    private (string Path, Issuer Issuer)? Path(IReadOnlyList<string> order, Issuer issuer, string chosen)
    {
        var path = new StringBuilder();
        bool Worse() => chosen.Length > 0 && path.Length >= chosen.Length && string.CompareOrdinal(path.ToString(), chosen) > 0;
        var further = new List<string>();
        foreach (var related in order)
        {
            if (_canonical.Find(related) is { } name) path.Append(name);
            else
            {
                if (!issuer.Knows(related)) further.Add(related);
                path.Append(issuer.Issue(related));
            }
            if (Worse()) return null;
        }
        foreach (var related in further)
        {
            var (hash, next) = NDegree(related, issuer);
            path.Append(issuer.Issue(related)).Append('<').Append(hash).Append('>');
            issuer = next;
            if (Worse()) return null;
        }
        return (path.ToString(), issuer);
    }

    private void Work()
    {
        if (++_work > MaxWork) throw new LinkedDataException("the document's unnamed nodes can hardly be told apart");
    }

    private string Hash(string text) => Convert.ToHexStringLower(CryptographicOperations.HashData(_algorithm, Encoding.UTF8.GetBytes(text)));

    private static IEnumerable<IReadOnlyList<string>> Permutations(List<string> nodes)
    {
        if (nodes.Count < 2)
        {
            yield return nodes;
            yield break;
        }
        for (var first = 0; first < nodes.Count; first++)
        {
            var head = nodes[first];
            List<string> rest = [.. nodes[..first], .. nodes[(first + 1)..]];
            foreach (var tail in Permutations(rest)) yield return [head, .. tail];
        }
    }

    /// <summary>Gives names in the order of asking. 4.5.</summary>
    private sealed class Issuer(string prefix)
    {
        private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

        public List<string> Order { get; } = [];

        public IReadOnlyDictionary<string, string> Names => _names;

        public bool Knows(string node) => _names.ContainsKey(node);

        public string? Find(string node) => _names.GetValueOrDefault(node);

        public string Issue(string node)
        {
            if (_names.TryGetValue(node, out var name)) return name;
            Order.Add(node);
            return _names[node] = $"{prefix}{_names.Count}";
        }

        public Issuer Copy()
        {
            var copy = new Issuer(prefix);
            foreach (var node in Order) copy.Issue(node);
            return copy;
        }
    }
}
