using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>Says where the method is that binds a service base class: <c>void Name(ServiceBinderBase, ServiceBase)</c>, static.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = true)]
public class BindServiceMethodAttribute : Attribute
{
    /// <summary>Names the method.</summary>
    public BindServiceMethodAttribute(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods)] Type bindType,
        string bindMethodName)
    {
        BindType = bindType;
        BindMethodName = bindMethodName;
    }

    /// <summary>Type that has the method.</summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods)]
    public Type BindType { get; }

    /// <summary>Name of the method.</summary>
    public string BindMethodName { get; }
}
