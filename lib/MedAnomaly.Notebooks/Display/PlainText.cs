using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace MedAnomaly.Notebooks.Display;

/// <summary>Values as one would write them down: text as it is, numbers with a point, lists in brackets, records with their members.</summary>
public static class PlainText
{
    /// <summary>Elements of a list that are written before it is cut.</summary>
    public const int MaximumItems = 50;
    const int MaximumDepth = 4;

    /// <summary><paramref name="value"/> as text; a string as it is.</summary>
    public static string Of(object? value) => value as string ?? Nested(value, 0);

    static string Nested(object? value, int depth) => value switch
    {
        null => "null",
        string text => depth == 0 ? text : $"\"{text}\"",
        char c => c.ToString(),
        bool flag => flag ? "true" : "false",
        float or double or decimal or Half => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        DateTime time => time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        Exception fault => $"{fault.GetType().Name}: {fault.Message}",
        Type type => TypeName(type),
        Delegate function => TypeName(function.GetType()),
        // Its result is not asked for: a task that runs would keep the reader waiting.
        Task task => $"a task, {task.Status switch
        {
            TaskStatus.RanToCompletion => "done: await it for its result",
            TaskStatus.Faulted => $"failed: {Nested(task.Exception!.InnerException, depth + 1)}",
            TaskStatus.Canceled => "cancelled",
            _ => "not done: await it",
        }}",
        ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => Nested(tuple[i], depth + 1)))})",
        _ when depth >= MaximumDepth => "...",
        Array { Rank: > 1 } array => $"{TypeName(array.GetType().GetElementType()!)}[{string.Join(", ", Enumerable.Range(0, array.Rank).Select(array.GetLength))}]",
        IDictionary map => Items(map.Keys.Cast<object>().Select(key => $"{Nested(key, depth + 1)}: {Nested(map[key], depth + 1)}"), "{ ", " }"),
        IEnumerable items when !HasOwnText(value) => Items(items.Cast<object?>().Select(item => Nested(item, depth + 1)), "[", "]"),
        _ when HasOwnText(value) => Own(value),
        _ => Members(value, depth),
    };

    // One more than is written is asked for, so that an endless sequence is cut like a long one.
    static string Items(IEnumerable<string> items, string open, string close)
    {
        var shown = items.Take(MaximumItems + 1).ToList();
        if (shown.Count > MaximumItems) shown[^1] = "...";
        return open + string.Join(", ", shown) + close;
    }

    static string Members(object value, int depth)
    {
        var text = new StringBuilder(TypeName(value.GetType()));
        var members = MembersOf(value.GetType());
        if (members.Length == 0) return text.ToString();
        return text.Append(text.Length > 0 ? " { " : "{ ").AppendJoin(", ", members.Select(member => $"{member.Name} = {Nested(Read(member, value), depth + 1)}")).Append(" }").ToString();
    }

    /// <summary>True where the type says itself how it reads; a record's text, which does not care for culture or length, does not count.</summary>
    internal static bool HasOwnText(object value)
    {
        var type = value.GetType();
        return type.GetMethod(nameof(ToString), Type.EmptyTypes)?.DeclaringType is { } declared
            && declared != typeof(object) && declared != typeof(ValueType) && !IsRecord(type) && !IsAnonymous(type);
    }

    internal static bool IsRecord(Type type) => type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public) is not null;

    internal static bool IsAnonymous(Type type) => type.Name.StartsWith("<>f__AnonymousType", StringComparison.Ordinal);

    /// <summary>The public properties and fields that a value is shown by, in the order of their declaration.</summary>
    internal static MemberInfo[] MembersOf(Type type) =>
    [
        .. type.GetMembers(BindingFlags.Instance | BindingFlags.Public)
            .Where(member => member is FieldInfo { FieldType.IsByRefLike: false }
                or PropertyInfo { CanRead: true, PropertyType.IsByRefLike: false } && ((member as PropertyInfo)?.GetIndexParameters().Length ?? 0) == 0)
            .Where(member => member.Name != "EqualityContract")
            .OrderBy(member => member.MetadataToken),
    ];

    internal static object? Read(MemberInfo member, object value)
    {
        try
        {
            return member is PropertyInfo property ? property.GetValue(value) : ((FieldInfo)member).GetValue(value);
        }
        catch (TargetInvocationException fault)
        {
            // A getter that throws is what its reader should see in that place; the rest of the value is still worth showing.
            return fault.InnerException;
        }
    }

    static string Own(object value) => value.ToString() ?? "";

    /// <summary>A type's name as C# writes it, without namespaces.</summary>
    internal static string TypeName(Type type)
    {
        if (IsAnonymous(type)) return "";
        if (type.IsArray) return $"{TypeName(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } underlying) return TypeName(underlying) + "?";
        if (Keywords.TryGetValue(type, out var keyword)) return keyword;
        var name = type.Name.IndexOf('`', StringComparison.Ordinal) is > 0 and var tick ? type.Name[..tick] : type.Name;
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(TypeName))}>" : name;
    }

    static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(int)] = "int", [typeof(long)] = "long", [typeof(short)] = "short", [typeof(byte)] = "byte", [typeof(bool)] = "bool",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal", [typeof(string)] = "string",
        [typeof(char)] = "char", [typeof(object)] = "object", [typeof(uint)] = "uint", [typeof(ulong)] = "ulong",
        [typeof(ushort)] = "ushort", [typeof(sbyte)] = "sbyte",
    };
}
