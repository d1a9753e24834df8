using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Tests.Storage;

/// <summary>Makes domain values in which every member holds something, and compares two values member by member. New members are covered by themselves.</summary>
internal static class FullValue
{
    /// <summary>A value with every member set.</summary>
    internal static T Of<T>() where T : notnull => (T)Of(typeof(T), 0);

    /// <summary>One value per case of a closed alternative.</summary>
    internal static ImmutableArray<object> CasesOf(Type alternative) => [.. alternative.GetNestedTypes().Where(t => t.BaseType == alternative).Select(t => Of(t, 0))];

    /// <summary>Path of the first member in which the two differ; null when they are the same.</summary>
    internal static string? FirstDifference(object? left, object? right, string path = "value")
    {
        if (left is null || right is null) return left is null && right is null ? null : path;
        if (left.GetType() != right.GetType()) return path;
        if (left is DateTimeOffset l && right is DateTimeOffset r) return l.EqualsExact(r) ? null : path;
        if (left is string || left.GetType() is { IsPrimitive: true } or { IsEnum: true } || left is DateOnly or EctsCredits) return left.Equals(right) ? null : path;
        if (left is IEnumerable ls && right is IEnumerable rs)
        {
            var (a, b) = (ls.Cast<object?>().ToList(), rs.Cast<object?>().ToList());
            return a.Count != b.Count ? path : a.Select((item, i) => FirstDifference(item, b[i], $"{path}[{i}]")).FirstOrDefault(d => d is not null);
        }
        return left.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0)
            .Select(p => FirstDifference(p.GetValue(left), p.GetValue(right), $"{path}.{p.Name}")).FirstOrDefault(d => d is not null);
    }

    private static object Of(Type type, int salt)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Of(inner, salt);
        if (type == typeof(string)) return $"text {salt} with \"quotes\", é and \u0001";
        if (type == typeof(int)) return 3 + salt;
        if (type == typeof(long)) return 5_000_000_000L + salt;
        if (type == typeof(bool)) return true;
        if (type == typeof(DateOnly)) return new DateOnly(2026, 2, 28).AddDays(salt);
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(2026, 3, 29, 1, 59, 59, TimeSpan.FromHours(1)).AddTicks(1 + salt);
        if (type == typeof(EctsCredits)) return EctsCredits.FromHundredths(150 + salt);
        if (type == typeof(CaseId)) return CaseId.Parse($"{salt:x32}");
        if (type == typeof(OrganisationId)) return OrganisationId.Parse($"uni-{salt}.example");
        if (type == typeof(Sha256Digest)) return Sha256Digest.Of([(byte)salt]);
        if (type == typeof(LearnerKey)) return LearnerKey.For($"learner {salt}", "secret"u8);
        if (type == typeof(LocalisedText)) return new LocalisedText(ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [new("zh-hant", "x"), new("en", "y"), new("zha", "z"), KeyValuePair.Create("en-gb", $"{salt}")]));
        if (type == typeof(Actor)) return new Actor(ActorKind.Staff, $"officer {salt}");
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().Last();
        if (type.GetMethod("Parse", [typeof(string)]) is { IsStatic: true } parse) return parse.Invoke(null, [$"A-{salt}"])!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)) return Many(type.GetGenericArguments()[0]);
        if (type.IsAbstract) return CasesOf(type)[salt % CasesOf(type).Length];
        return Filled(type, salt);
    }

    private static object Many(Type element)
    {
        var items = element.IsAbstract ? CasesOf(element) : [Of(element, 0), Of(element, 1)];
        var array = Array.CreateInstance(element, items.Length);
        for (var i = 0; i < items.Length; i++) array.SetValue(items[i], i);
        return typeof(ImmutableArray).GetMethods().Single(m => m.Name == nameof(ImmutableArray.Create) && m.GetParameters() is [{ ParameterType.IsArray: true }])
            .MakeGenericMethod(element).Invoke(null, [array])!;
    }

    private static object Filled(Type type, int salt)
    {
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        var value = constructor.Invoke([.. constructor.GetParameters().Select(p => Of(p.ParameterType, salt))]);
        var given = constructor.GetParameters().Select(p => p.Name).ToHashSet();
        foreach (var property in type.GetProperties().Where(p => p.CanWrite && !given.Contains(p.Name))) property.SetValue(value, Of(property.PropertyType, salt));
        return value;
    }
}
