namespace MicroCreds.Domain.Documents;

/// <summary>
/// Marks a list that came after documents of its kind were kept and hashed: empty, it is not written, so that what does not use it keeps its bytes
/// and its digest.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OmitWhenEmptyAttribute : Attribute;
